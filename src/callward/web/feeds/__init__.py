"""Feeds: where calls come from by themselves, and what becomes of their originals."""
