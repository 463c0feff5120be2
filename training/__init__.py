"""Trains the names models that ``callward.engine.pii.names`` ships: ``make names``, or ``python -m training``."""
