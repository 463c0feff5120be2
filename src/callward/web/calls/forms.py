"""Forms of the call pages."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from callward.web.core.labels import NEEDS, label
from callward.web.core.models import Controller, Line

_CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one of these.")}


class AddForm(forms.Form):
    """What files that say nothing themselves are told. The files are the sealing upload handler's."""

    line = forms.ModelChoiceField(
        Line.objects.none(),
        required=False,
        label=_("Line"),
        empty_label=_("As the files say"),
        help_text=_("For calls that name no line themselves."),
    )
    started = forms.DateTimeField(
        required=False,
        label=_("Started at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=_("For calls that do not say when they began; in the controller’s time zone."),
    )

    def __init__(self, data: object = None, *, controller: Controller) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the stubs want a MultiValueDict; Django takes any mapping
        field = self.fields["line"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Line.objects.for_controller(controller).filter(is_active=True)


class OpenOriginalForm(forms.Form):
    """What for, and why the redacted copy will not do."""

    purpose = forms.ChoiceField(
        label=_("What for"),
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
        help_text=_("The purposes of the line whose time is not over. A purpose that has ended opens nothing."),
    )
    need = forms.ChoiceField(
        label=_("Why the redacted copy will not do"), widget=forms.RadioSelect, error_messages=_CHOOSE
    )

    def __init__(self, data: object = None, *, purposes: Sequence[str]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the stubs want a MultiValueDict; Django takes any mapping
        _offer(self, "purpose", [(code, label("purpose", code)) for code in purposes])
        _offer(self, "need", [(code, str(word)) for code, word in NEEDS.items()])


class WordsForm(forms.Form):
    """Which words to look for in the selected calls, and what for."""

    words = forms.CharField(
        label=_("Words"),
        min_length=3,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-search": True}),
        help_text=_("As they were said, in any case of letters. What is masked cannot be found."),
        error_messages={
            "required": _("Type the words to look for."),
            "min_length": _("Type three letters at least."),
            "max_length": _("Type a hundred letters at most."),
        },
    )
    purpose = forms.ChoiceField(
        label=_("What for"),
        error_messages=_CHOOSE,
        help_text=_("Calls that are no longer kept for this are left out."),
    )

    def __init__(self, data: object = None, *, purposes: Sequence[str]) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the stubs want a MultiValueDict; Django takes any mapping
        _offer(self, "purpose", [(code, capfirst(label("purpose", code))) for code in purposes])


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
