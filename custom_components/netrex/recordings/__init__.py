"""Recordings: found, prepared, played and kept, from the cloud and from cameras' cards."""
