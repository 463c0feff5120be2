"""Form fields for what a line's rules are made of, and a select that is written quickly."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms.utils import flatatt
from django.utils.functional import lazy
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from callward.web.core.rules import validate_countries, validate_numbers


def _zones() -> list[tuple[str, str]]:
    # Places people live in; the technical names of the database are no help in a list.
    areas = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
             "Pacific/")  # fmt: skip
    names = sorted(name for name in available_timezones() if name.startswith(areas))
    europe = [name for name in names if name.startswith("Europe/")]
    rest = [name for name in names if not name.startswith("Europe/")]
    return [(name, name.replace("_", " ")) for name in ["UTC", *europe, *rest]]


class QuickSelect(forms.Select):
    """A select without groups, written in one go: Django fills two templates for every option."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = (option for _group, options, _at in widget["optgroups"] for option in options)
        written = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((one["value"], flatatt(one["attrs"]), one["label"]) for one in options),
        )
        return format_html('<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), written)


class ZoneField(forms.TypedChoiceField):
    """An IANA time zone, European ones first."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=lazy(_zones, list)(), **kwargs)


class CountriesField(forms.CharField):
    """Two-letter country codes between commas or spaces; a list in the row."""

    default_validators = [validate_countries]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return [part.upper() for part in text.replace(",", " ").split()]


class NumbersField(forms.CharField):
    """Phone numbers with country code, one a row; a list in the row."""

    widget = forms.Textarea(attrs={"rows": 3})
    default_validators = [validate_numbers]
    default_error_messages = {"required": _("Give at least one number.")}

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        rows = (row.replace(" ", "").replace("-", "") for row in text.replace(",", "\n").splitlines())
        return [row for row in rows if row]
