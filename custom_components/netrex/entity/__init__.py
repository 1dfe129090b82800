"""What entities of several platforms have in common."""
