"""The small signs of the console: icons, statuses, data categories, moments, and codes as sentences."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from callward.web.core import labels
from callward.web.core.categories import CATEGORY_OF, Category

register = template.Library()

STATUSES = frozenset({"ok", "due", "overdue", "blocked", "unknown"})


@register.simple_tag
def icon(name: str) -> SafeString:
    """One sign of the sprite; always beside a word, so hidden from screen readers."""
    return format_html(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><use href="{}#{}"/></svg>',
        static("core/icons.svg"),
        name,
    )


@register.simple_tag
def status(kind: str, word: str) -> SafeString:
    """A status by shape, colour and word: ok, due, overdue, blocked or unknown."""
    if kind not in STATUSES:
        raise template.TemplateSyntaxError("status: ok, due, overdue, blocked or unknown")
    return format_html('<span class="status {0}"><i class="mark {0}"></i>{1}</span>', kind, word)


@register.simple_tag
def pill(category: str, word: str = "", count: int | None = None) -> SafeString:
    """A data category: its letter on its hue, a word and perhaps a count."""
    return _pill(category, word or str(labels.CATEGORIES[Category(category)]), count)


@lru_cache(maxsize=512, typed=True)  # by type: what is safe already is not escaped
def _pill(category: str, word: str, count: int | None) -> SafeString:
    """Few are ever different, and a list shows a hundred."""
    known = Category(category)
    tail = format_html(" {}", count) if count is not None else ""
    return format_html('<span class="pill {}"><i>{}</i>{}{}</span>', known, known.letter, word, tail)


@register.filter
def category(finding_type: str) -> str:
    """The category of a finding type."""
    return next(value for key, value in CATEGORY_OF.items() if key == finding_type)


@register.filter
def label(code: str, area: str) -> str:
    """The sentence or word for a code of an area of core.labels."""
    return labels.label(area, code)


@register.simple_tag
def moment(when: dt.datetime | None) -> SafeString | str:
    """A time as one would say it, with the exact time on hover and in print."""
    if when is None:
        return gettext("never")
    local = timezone.localtime(when)
    exact = f"{_written(local, 'j F Y')}, {_clock(local)}"
    return format_html(
        '<time datetime="{}" title="{} {}" data-exact="{}">{}</time>',
        when.isoformat(),
        exact,
        timezone.get_current_timezone_name(),
        exact,
        _spoken(local, timezone.now()),
    )


@register.filter
def day(when: dt.date | None) -> str:
    """A day, or a moment's in the time zone of the page, as lists write it."""
    if when is None:
        return ""
    return _written(timezone.localtime(when) if isinstance(when, dt.datetime) else when, "j M Y")


@register.filter
def day_and_clock(when: dt.datetime) -> str:
    """A moment as lists write it, in the time zone of the page."""
    local = timezone.localtime(when)
    return f"{_written(local, 'j M Y')}, {_clock(local)}"


def _written(when: dt.date, form: str) -> str:
    return _day(when.year, when.month, when.day, form, get_language())


@lru_cache(maxsize=1024)
def _day(year: int, month: int, day_of_month: int, form: str, _language: str | None) -> str:
    """A list has few days in many rows, and writing one takes Django as long as a row."""
    return date_format(dt.date(year, month, day_of_month), form)


def _clock(local: dt.datetime) -> str:
    return f"{local:%H:%M}"


def _spoken(local: dt.datetime, now: dt.datetime) -> str:
    seconds = int((now - local).total_seconds())
    if 0 <= seconds < 60:
        return gettext("just now")
    if 0 <= seconds < 3600:
        return ngettext("%(n)d min ago", "%(n)d min ago", seconds // 60) % {"n": seconds // 60}
    days, clock = (timezone.localtime(now).date() - local.date()).days, _clock(local)
    if -1 <= days <= 1:
        # By its place: that of tomorrow is -1, the last.
        near = (gettext("today %(clock)s"), gettext("yesterday %(clock)s"), gettext("tomorrow %(clock)s"))
        return near[days] % {"clock": clock}
    return f"{_written(local, 'l')} {clock}" if 1 < days < 7 else _written(local, "j M Y")
