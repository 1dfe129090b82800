"""Moving cameras: where to, for how long, and that they surely stop."""
