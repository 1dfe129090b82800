"""A camera at run time: what it has, whether it is connected, and what it reports."""
