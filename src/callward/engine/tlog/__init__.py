"""Engine: tlog."""
