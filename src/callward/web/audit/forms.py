"""Forms of the ledger: the filter, and who holds checkpoints elsewhere."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import gettext_lazy as _

from callward import anchor
from callward.engine import tlog
from callward.engine.errors import Error
from callward.web.audit.models import Witness
from callward.web.audit.reading import Filter
from callward.web.core import labels
from callward.web.core.fields import QuickSelect

_ID = RegexValidator(r"\A[0-9a-z./_-]{1,260}\Z", _("An id is made of small letters, digits and dashes."))
_ACTION = re.compile(r"[a-z_]{1,64}(?:\.[a-z_]{1,64}){1,3}")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# A day beyond these has no midnight in some zone, or none after it.
_DAYS = (MinValueValidator(date(1970, 1, 1)), MaxValueValidator(date(9998, 12, 31)))


class _Day(forms.DateInput):
    input_type = "date"


class FilterForm(forms.Form):
    """What the entries are narrowed to; it is sent by GET, so that the address can be shared."""

    action = forms.ChoiceField(label=_("Act"), required=False, widget=QuickSelect)
    actor = forms.CharField(label=_("By"), required=False, validators=[_ID])
    resource = forms.CharField(label=_("About"), required=False, validators=[_ID])
    since = forms.DateField(label=_("From"), required=False, validators=_DAYS, widget=_Day(format="%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, validators=_DAYS, widget=_Day(format="%Y-%m-%d"))
    first = forms.IntegerField(required=False, min_value=0, max_value=2**53, widget=forms.HiddenInput)
    last = forms.IntegerField(required=False, min_value=0, max_value=2**53, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(((code, str(word)) for code, word in labels.ACTIONS.items()), key=lambda item: item[1])
        asked = str(self.data.get("action", ""))
        if asked not in labels.ACTIONS and _ACTION.fullmatch(asked):
            known.append((asked, asked))
        field = self.fields["action"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Every act")), *known]

    @property
    def wanted(self) -> Filter:
        """The filter of what was valid; what was not is shown beside its field and filters nothing."""
        return Filter(**{name: value for name, value in self.cleaned_data.items() if value not in {None, ""}})


class _WitnessForm(forms.ModelForm[Witness]):
    kind: Witness.Kind

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip()
        if self.kind is Witness.Kind.MAILBOX:
            return address
        parts = urlsplit(address)
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or plain):
            raise ValidationError(_("An address starts with https://."))
        return address


class WitnessForm(_WitnessForm):
    """A witness that speaks c2sp.org/tlog-witness."""

    kind = Witness.Kind.WITNESS

    class Meta:
        model = Witness
        fields = ("name", "address", "vkey")
        help_texts = {
            "name": _("What your colleagues call it."),
            "address": _("Where the witness answers, such as https://witness.example.org."),
            "vkey": _("The witness gives you this line: name, plus, key id, plus, key."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vkey"].required = True

    def clean_vkey(self) -> str:
        text = str(self.cleaned_data["vkey"]).strip()
        try:
            key = tlog.parse_vkey(text)
        except tlog.LogError:
            raise ValidationError(_("This is not a verifier key.")) from None
        if key.kind is not tlog.KeyKind.COSIGNATURE:
            raise ValidationError(_("This is the key of a log, not of a witness.")) from None
        return text


class MailboxForm(_WitnessForm):
    """A mailbox outside the operator's reach, such as the works council's or an auditor's."""

    kind = Witness.Kind.MAILBOX
    address = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        max_length=300,
        help_text=_("Use a shared mailbox, not a person's own: this address is kept in the clear."),
    )

    class Meta:
        model = Witness
        fields = ("name", "address")
        help_texts = {"name": _("Whose mailbox it is, such as the works council.")}


class TimestampForm(_WitnessForm):
    """A time-stamping service (RFC 3161)."""

    kind = Witness.Kind.TIMESTAMP

    class Meta:
        model = Witness
        fields = ("name", "address", "certificates")
        help_texts = {
            "name": _("What your colleagues call it."),
            "address": _("Where the service answers, such as https://tsa.example.org/tsr."),
            "certificates": _(
                "The service's root certificates as PEM text; a stamp that they do not vouch for is refused."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["certificates"].required = True

    def clean_certificates(self) -> str:
        text = str(self.cleaned_data["certificates"]).strip()
        try:
            anchor.load_certificates(text.encode())
        except Error:
            raise ValidationError(_("This is not a PEM text of certificates.")) from None
        return text


FORMS: dict[str, type[_WitnessForm]] = {form.kind.value: form for form in (WitnessForm, MailboxForm, TimestampForm)}
