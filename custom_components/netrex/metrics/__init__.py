"""People counts and sales figures: chosen by the user, shown as sensors, kept as long-term statistics."""
