"""Moves of cameras, and how they are stopped reliably."""
