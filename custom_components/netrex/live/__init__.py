"""The live picture: one upstream connection a camera, and everybody who watches it."""
