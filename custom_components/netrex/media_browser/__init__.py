"""What people browse and search, and who may."""
