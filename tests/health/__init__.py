"""What is counted for whoever has to find a cause."""
