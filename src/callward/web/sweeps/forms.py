"""The form that begins a sweep, and the word that it may change what is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from callward.web.core.models import Controller, Line
from callward.web.sweeps.models import Sweep
from callward.web.sweeps.running import Wanted

_CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one of these.")}
_DAY = {"invalid": _("Write the day as 2027-02-28.")}


def _day(word: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=word, required=False, widget=widget, error_messages=_DAY)


class BeginForm(forms.Form):
    """What is looked for, and in which calls."""

    kind = forms.ChoiceField(
        label=_("What to look for"),
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
        choices=[
            (Sweep.Kind.HEAL.value, _("What may never be kept: card data, security codes, passwords, national ids")),
            (Sweep.Kind.DETECT.value, _("What the line masks today and an earlier version let stand")),
        ],
        initial=Sweep.Kind.HEAL.value,
    )
    line = forms.ModelChoiceField(
        Line.objects.none(), label=_("Line"), required=False, empty_label=_("Every line"), error_messages=_CHOOSE
    )
    since = _day(_("Calls from"))
    until = _day(_("Calls to"))

    def __init__(self, data: Any = None, *, controller: Controller) -> None:
        super().__init__(data)
        line = self.fields["line"]
        assert isinstance(line, forms.ModelChoiceField)
        line.queryset = Line.objects.for_controller(controller).order_by("name")
        self.fields["until"].help_text = _("Leave both days empty for every call that is kept.")

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        since, until = told.get("since"), told.get("until")
        if since and until and until < since:
            self.add_error("until", _("This day lies before the first."))
        return told

    def wanted(self) -> Wanted:
        """The dry run that was asked for: nothing is changed before somebody has seen what would be."""
        told = self.cleaned_data
        return Wanted(told["kind"], dry_run=True, line=told["line"], since=told["since"], until=told["until"])


class ConfirmForm(forms.Form):
    """The word of whoever lets a sweep change what is kept."""

    known = forms.BooleanField(
        label=_("I know that nobody can undo it"),
        error_messages={"required": _("Tick this, or keep everything as it is.")},
    )
