"""Identifiers issued in the United States."""

from __future__ import annotations

from callward.engine.pii.recognizer import Recognizer

ROWS: tuple[Recognizer, ...] = ()
