"""Forms of the pages of people."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from callward.intake import normalise_email, normalise_number, normalise_phone
from callward.web.core.labels import ERASURE_GROUNDS
from callward.web.core.models import Controller, Line


class FindForm(forms.Form):
    """One identifier of a caller, in any writing. It is read as each kind that it may be."""

    identifier = forms.CharField(
        label=_("Phone number, e-mail address or customer number"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("One of them, as the caller gave it. The ledger keeps that somebody was looked for, not whom."),
        error_messages={"required": _("Type one of them.")},
    )

    def __init__(self, data: object = None, *, controller: Controller) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the stubs want a MultiValueDict; Django takes any mapping
        self._lines = Line.objects.for_controller(controller)

    def readings(self) -> list[tuple[str, str]]:
        """What was typed, normalised, as (kind, value): a number without a country is read as one of each country."""
        typed = str(self.cleaned_data["identifier"])
        countries = dict.fromkeys(country for line in self._lines for country in line.countries)
        phones = [normalise_phone(typed, ()), *(normalise_phone(typed, (country,)) for country in countries)]
        read = [("phone", value) for value in dict.fromkeys(phones)]
        read += [("email", normalise_email(typed)), ("number", normalise_number(typed))]
        return [(kind, value) for kind, value in read if value]


class EraseForm(forms.Form):
    """Why a person is erased, and the word that does it."""

    ground = forms.ChoiceField(
        label=_("Why"),
        widget=forms.RadioSelect,
        choices=list(ERASURE_GROUNDS.items()),
        help_text=_("The ledger keeps this (GDPR Art. 17(1))."),
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one of these.")},
    )
    word = forms.CharField(
        label=_("Type “erase” to erase this person"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the word “erase”.")},
    )

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.strip().casefold() not in {"erase", str(_("erase")).casefold()}:
            raise ValidationError(_("Type the word “erase”."))
        return word
