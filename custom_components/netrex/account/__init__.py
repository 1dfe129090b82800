"""What one config entry owns, and how its cameras are commanded."""
