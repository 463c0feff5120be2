"""What each language says: one table module a language, read through ``language()``."""

from callward.engine.pii.lexicon.language import (
    COVERED,
    Language,
    Words,
    all_countries,
    language,
    months,
    sign_words,
)

__all__ = ["COVERED", "Language", "Words", "all_countries", "language", "months", "sign_words"]
