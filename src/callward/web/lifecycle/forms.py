"""Forms of the lifecycle pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from callward.web.accounts.models import User
from callward.web.calls.models import Call
from callward.web.core.labels import CATEGORIES, ENDINGS, EVENTS, ITEMS, PURPOSES, label
from callward.web.core.models import Line
from callward.web.lifecycle.happenings import MAY_BE_TOLD
from callward.web.lifecycle.holds import REVIEW_DAYS
from callward.web.lifecycle.models import MOST_DAYS, Hold, LogRules
from callward.web.lifecycle.presets import offered
from callward.web.lifecycle.rules import MAY_BE_ANONYMISED, Event, Subject, Then

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHOOSE = {"required": _("Choose one."), "invalid_choice": _("Choose one of these.")}
WHOLE_CALL, PERSON = "call", "person"


class PlaceHoldForm(forms.Form):
    """What is held, what for, who looks after it, and when it is looked at again."""

    scope = forms.ChoiceField(label=_("What is held"), widget=forms.RadioSelect, error_messages=_CHOOSE)
    kind = forms.ChoiceField(
        label=_("What for"),
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
        choices=[
            (Hold.Kind.LEGAL.value, _("A legal matter")),
            (Hold.Kind.COMPLAINT.value, _("A complaint or dispute")),
            (Hold.Kind.REQUEST.value, _("A request of the caller")),
        ],
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The case, in a sentence. It is sealed under a key of its own, which goes with the release."),
        error_messages={"required": _("Say why it must stay.")},
    )
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Owner"),
        empty_label=None,
        help_text=_("Who decides whether it must go on."),
    )
    review_on = forms.DateField(
        label=_("To be reviewed by"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("A hold does not end by itself."),
        error_messages={"required": _("Name a day."), "invalid": _("Write the day as 2027-02-28.")},
    )

    def __init__(self, data: object = None, *, call: Call, owners: QuerySet[User], today: date) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the stubs want a MultiValueDict; Django takes any mapping
        self._today = today
        kinds = list(call.items.order_by("kind").values_list("kind", flat=True))
        scope, owner, review = self.fields["scope"], self.fields["owner"], self.fields["review_on"]
        assert isinstance(scope, forms.ChoiceField)
        assert isinstance(owner, forms.ModelChoiceField)
        scope.choices = [
            (WHOLE_CALL, _("This call, all of it")),
            (PERSON, _("Everything of this caller, also calls to come")),
            *((kind, _("Only the %(item)s") % {"item": label("item", kind)}) for kind in kinds),
        ]
        scope.initial = WHOLE_CALL
        owner.queryset = owners
        review.initial = (today + timedelta(days=REVIEW_DAYS)).isoformat()
        review.widget.attrs["min"] = today.isoformat()

    def clean_review_on(self) -> date:
        day: date = self.cleaned_data["review_on"]
        if day < self._today:
            raise ValidationError(_("Choose a day to come."))
        return day


class ReleaseForm(forms.Form):
    """The word that releases: what only the hold kept goes."""

    word = forms.CharField(
        label=_("Type “release” to release it"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.strip().casefold() not in {"release", str(_("release")).casefold()}:
            raise ValidationError(_("Type the word “release”."))
        return word


class DestroyedForm(forms.Form):
    """The word of an officer, as somebody took it: a share of a former root is destroyed."""

    word = forms.CharField(
        label=_("Type “destroyed” to write it down"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"]
        if word.strip().casefold() not in {"destroyed", str(_("destroyed")).casefold()}:
            raise ValidationError(_("Type the word “destroyed”."))
        return word


class RuleForm(forms.Form):
    """A minimum or a maximum of a line, for an item, a purpose and a category found, or for all of them."""

    subject = forms.ChoiceField(
        label=_("For"), required=False, choices=[("", _("everything that is kept of a call")), *ITEMS.items()]
    )
    category = forms.ChoiceField(
        label=_("Where this was found"),
        required=False,
        choices=[("", _("whatever was found")), *CATEGORIES.items()],
        help_text=_("A rule for what was found shortens by its maximum and lengthens by its minimum."),
    )
    purpose = forms.ChoiceField(label=_("Kept for"), required=False)
    minimum = forms.IntegerField(label=_("At least, in days"), required=False, min_value=1, max_value=MOST_DAYS)
    maximum = forms.IntegerField(label=_("At most, in days"), required=False, min_value=1, max_value=MOST_DAYS)
    event = forms.ChoiceField(
        label=_("Counted from"), required=False, choices=list(EVENTS.items()), initial=Event.CALL.value
    )
    cap = forms.IntegerField(
        label=_("While nobody has said when that was: at most, in days from the call"),
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("Only for days that are not counted from the call."),
    )
    then = forms.ChoiceField(
        label=_("And then"),
        required=False,
        choices=list(ENDINGS.items()),
        initial=Then.DELETE.value,
        help_text=_("Sound is always destroyed: a voice is personal data."),
    )

    def __init__(self, data: object = None, *, line: Line) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the stubs want a MultiValueDict; Django takes any mapping
        codes = [*line.purposes, *(["legal_duty"] if line.sector_duty and "legal_duty" not in line.purposes else [])]
        purpose = self.fields["purpose"]
        assert isinstance(purpose, forms.ChoiceField)
        purpose.choices = [("", _("every purpose of the line")), *((code, PURPOSES.get(code, code)) for code in codes)]
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.choices = [
                    (code, capfirst(said)) for code, said in cast("Iterable[tuple[str, str]]", field.choices)
                ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        least, most = cleaned.get("minimum"), cleaned.get("maximum")
        if not least and not most and not self.errors:
            raise ValidationError(_("Give a number of days: at least, at most, or both."))
        if least and most and least > most:
            self.add_error("maximum", _("The most cannot be less than the least."))
        cleaned["event"] = cleaned.get("event") or Event.CALL.value
        cleaned["then"] = cleaned.get("then") or Then.DELETE.value
        if cleaned["event"] == Event.CALL:
            cleaned["cap"] = None
        elif not cleaned.get("cap") and "cap" not in self.errors:
            self.add_error("cap", _("Say how long it is kept while nobody has said when that was."))
        if cleaned.get("subject") == Subject.LOG:
            self._clean_log(cleaned)
        if cleaned["then"] == Then.ANONYMISE and cleaned.get("subject") not in {"", *MAY_BE_ANONYMISED}:
            self.add_error("then", _("Only the redacted transcript can be made anonymous."))
        return cleaned

    def _clean_log(self, cleaned: dict[str, Any]) -> None:
        """The call log has one clock, which counts from the call."""
        if cleaned.get("purpose"):
            self.add_error("purpose", _("The call log has one clock for every purpose."))
        if cleaned.get("category"):
            self.add_error("category", _("The call log has one clock, whatever was found."))
        if cleaned["event"] != Event.CALL:
            self.add_error("event", _("The call log counts from the call."))


class PresetForm(forms.Form):
    """What is usual in a sector, for a line."""

    preset = forms.ChoiceField(label=_("What the calls are"), widget=forms.RadioSelect, error_messages=_CHOOSE)

    def __init__(self, data: object = None, *, line: Line) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the stubs want a MultiValueDict; Django takes any mapping
        preset = self.fields["preset"]
        assert isinstance(preset, forms.ChoiceField)
        preset.choices = [
            (one.key, f"{one.label} ({law})" if (law := one.law_for(line.countries)) else one.label)
            for one in offered(line)
        ]


class EventForm(forms.Form):
    """The day of an event that something is kept from."""

    event = forms.ChoiceField(
        label=_("What happened"),
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
        choices=[(event.value, EVENTS[event]) for event in MAY_BE_TOLD],
    )
    on = forms.DateField(
        label=_("On"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Name a day."), "invalid": _("Write the day as 2027-02-28.")},
    )

    def __init__(self, data: object = None, *, today: date) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # the stubs want a MultiValueDict; Django takes any mapping
        self.fields["on"].initial = today.isoformat()
        self.fields["on"].widget.attrs["max"] = today.isoformat()


class LogRulesForm(forms.ModelForm[LogRules]):
    """How long records of Callward's own work stay."""

    class Meta:
        model = LogRules
        fields = ["log_days", "detail_days"]
        labels = {
            "log_days": _("Files that were sent, and acts that are concluded: days"),
            "detail_days": _("What is sealed beside entries of the ledger: days, 365 at least"),
        }
        help_texts = {
            "log_days": _("Rows that say which file was taken in or refused, and what a cut-off act needed to go on."),
            "detail_days": _("The entry, its hash and its commitment stay."),
        }
