"""What the integration costs, measured against the simulator: `scripts/bench`."""
