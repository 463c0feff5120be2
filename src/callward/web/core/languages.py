"""The languages of Callward, each under its own name: those of its pages, and those that are spoken on lines."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGE_NAMES: Mapping[str, str] = {
    "en": "English",
    "sv": "Svenska",
    "et": "Eesti",
    "ro": "Română",
    "nl": "Nederlands",
}
