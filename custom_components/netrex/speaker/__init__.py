"""Sound for a camera's speaker: fetched from Home Assistant, converted for the camera, said one after another."""
