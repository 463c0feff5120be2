"""Words of health and of the other special categories, one table for each language."""

from callward.engine.pii.lexicon.terms.table import Terms, terms

__all__ = ["Terms", "terms"]
