"""How entities and devices are identified."""
