"""What each language says: one table module a language, read through ``language()``."""

from callward.engine.pii.lexicon.language import COVERED, Language, Words, language

__all__ = ["COVERED", "Language", "Words", "language"]
