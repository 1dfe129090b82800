"""Each point of the security list has tests here; `points.py` says which, also of those that stand elsewhere."""
