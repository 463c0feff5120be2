"""Small words of the call pages."""

from __future__ import annotations

from django import template

from callward.engine.pii import Category
from callward.web.calls.waveform import clock as _clock

register = template.Library()


@register.filter
def clock(seconds: float) -> str:
    """A length or a position as m:ss."""
    return _clock(seconds)


@register.filter
def letter(category: str) -> str:
    """The letter of a data category."""
    return Category(category).letter
