"""What cameras report, as Home Assistant's entities want it."""
