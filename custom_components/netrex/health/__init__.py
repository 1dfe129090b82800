"""How well the cloud and the cameras answer."""
