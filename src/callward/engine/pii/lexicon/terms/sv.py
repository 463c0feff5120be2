"""Swedish: words of health and of the other special categories."""

from __future__ import annotations

from callward.engine.pii.lexicon.terms.table import Terms

TERMS = Terms()
