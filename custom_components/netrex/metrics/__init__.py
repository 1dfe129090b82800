"""People counts and sales metrics: chosen by the user, shown as sensors, kept as long-term statistics."""
