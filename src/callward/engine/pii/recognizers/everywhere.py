"""Identifiers that no one country issues: European ones, vehicles, devices, places, customers."""

from __future__ import annotations

from callward.engine.pii.recognizer import Recognizer

ROWS: tuple[Recognizer, ...] = ()
