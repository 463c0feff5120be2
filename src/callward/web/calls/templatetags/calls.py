"""Small words of the call pages."""

from __future__ import annotations

import re

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from callward.engine.pii import Category
from callward.web.calls.masking_more import IN_REVIEW
from callward.web.calls.models import Call
from callward.web.calls.waveform import clock as _clock
from callward.web.core.labels import TYPES, label
from callward.web.core.templatetags.callward import category, pill, status

register = template.Library()
_MASKED = re.compile(rf"\[({'|'.join(sorted(TYPES, key=len, reverse=True))})\]")


@register.filter
def clock(seconds: float) -> str:
    """A length or a position as m:ss."""
    return _clock(seconds)


_STATUSES = {
    Call.State.RELEASED: "ok",
    Call.State.IN_REVIEW: "due",
    Call.State.HELD: "overdue",
    Call.State.KEPT_SEALED: "blocked",
}


@register.simple_tag
def call_state(call: Call) -> SafeString:
    """Where a call stands, as a status."""
    word = str(call.get_state_display())
    return status(_STATUSES.get(Call.State(call.state), "unknown"), word[:1].upper() + word[1:])


@register.filter
def letter(category: str) -> str:
    """The letter of a data category; what a person masked in review is of none."""
    return "R" if category == IN_REVIEW else Category(category).letter


@register.filter
def masked_as(category: str) -> str:
    """Say what a masked stretch held."""
    return gettext("masked in review") if category == IN_REVIEW else label("category", category)


@register.filter
def with_pills(line: str) -> SafeString:
    """A line of a note or form, with a pill in place of what was masked by its type."""
    pieces = _MASKED.split(line)  # words and types in turn
    shown = (pill(category(piece), label("type", piece)) if at % 2 else piece for at, piece in enumerate(pieces))
    return format_html_join("", "{}", ((piece,) for piece in shown))
