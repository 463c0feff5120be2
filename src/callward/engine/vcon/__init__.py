"""Engine: vcon."""
