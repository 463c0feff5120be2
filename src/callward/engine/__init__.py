"""Engines: bytes, numbers and small values in, values out. No Django, socket, clock or environment."""
