"""What can only be seen in a whole Home Assistant."""
