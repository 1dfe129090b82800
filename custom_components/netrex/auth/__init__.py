"""Where tokens come from, and what they permit."""
