"""Small words of the call pages."""

from __future__ import annotations

import re
from functools import cache

from django import template
from django.utils.html import format_html, format_html_join
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
    state = Call.State(call.state)
    return _state(state, str(state.label))


@cache
def _state(state: Call.State, word: str) -> SafeString:
    return status(_STATUSES.get(state, "unknown"), word[:1].upper() + word[1:])


@register.simple_tag
def found_in(call: Call) -> SafeString:
    """The categories that were found in a call, with their counts; nothing where none was."""
    pills = format_html_join("", "{}", ((pill(row.category, "", row.findings),) for row in call.categories.all()))
    return format_html('<span class="pills">{}</span>', pills) if pills else pills


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
