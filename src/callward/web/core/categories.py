"""The categories in which personal data is shown: one letter and one hue each, everywhere the same.

The engine has the only table; the console adds hues (callward.css) and words (labels).
"""

from __future__ import annotations

from callward.engine.pii import Category, Type, category

__all__ = ["CATEGORY_OF", "Category"]

CATEGORY_OF = {kind: category(kind) for kind in Type}
