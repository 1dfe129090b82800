"""What an account showed of the service that the documentation leaves open."""
