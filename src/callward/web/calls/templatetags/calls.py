"""Small words of the call pages."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext

from callward.engine.pii import Category
from callward.web.calls.masking_more import IN_REVIEW
from callward.web.calls.waveform import clock as _clock
from callward.web.core.labels import label

register = template.Library()


@register.filter
def clock(seconds: float) -> str:
    """A length or a position as m:ss."""
    return _clock(seconds)


@register.filter
def letter(category: str) -> str:
    """The letter of a data category; what a person masked in review is of none."""
    return "R" if category == IN_REVIEW else Category(category).letter


@register.filter
def masked_as(category: str) -> str:
    """Say what a masked stretch held."""
    return gettext("masked in review") if category == IN_REVIEW else label("category", category)
