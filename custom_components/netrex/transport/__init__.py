"""What the two clients share: plain Python that knows nothing of Home Assistant, of Netrex or of cameras."""
