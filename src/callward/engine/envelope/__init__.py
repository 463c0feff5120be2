"""Engine: envelope."""
