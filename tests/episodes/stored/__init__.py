"""What is kept of events, and what the disk may do to it."""
