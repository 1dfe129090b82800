"""What is kept on disk between starts."""
