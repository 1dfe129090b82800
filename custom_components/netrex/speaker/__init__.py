"""Sound for cameras' speakers: fetched from Home Assistant and converted for the camera."""
