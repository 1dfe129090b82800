"""Background tasks, listeners and timing."""
