from __future__ import annotations

from call_fixtures import care_line, store

__all__ = ["care_line", "store"]
