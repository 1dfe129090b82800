"""Episodes without Home Assistant where possible."""
