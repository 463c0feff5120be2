"""Pieces of patterns that rows of several countries share."""

from __future__ import annotations

DAY = r"(?:0[1-9]|[12]\d|3[01])"
MONTH = r"(?:0[1-9]|1[0-2])"
