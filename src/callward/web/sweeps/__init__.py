"""Sweeps: one job over many kept calls, to look again with what is known now."""
