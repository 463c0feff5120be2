"""What staff may type: one column, plain words, everything checked where it is typed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from allauth.account.forms import ChangePasswordForm as LibraryPasswordForm
from allauth.account.forms import LoginForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from callward.engine.pii import Type
from callward.web import walls
from callward.web.accounts.models import Role, ServiceAccount, User
from callward.web.core import labels
from callward.web.core.fields import CountriesField, NumbersField, ZoneField
from callward.web.core.languages import LANGUAGE_NAMES
from callward.web.core.mail import goes_out_safely
from callward.web.core.models import Controller, Line
from callward.web.core.rules import ALWAYS_MASKED, RETENTION_CEILING_DAYS, Operator

_MASK = "mask_"


class SignInForm(LoginForm):  # type: ignore[misc]  # the library is not typed
    """The library's form in our words: a label says what to type, a placeholder would vanish while typing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("User name")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class ChangePasswordForm(LibraryPasswordForm):  # type: ignore[misc]  # the library is not typed
    """The library's form in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = {
            "oldpassword": _("Present password"),
            "password1": _("New password"),
            "password2": _("The new one again"),
        }
        for name, field in self.fields.items():
            field.label = words.get(name, field.label)
            field.help_text = ""
            field.widget.attrs.pop("placeholder", None)


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # the library is not typed
    """The library's form in our words; a passkey that stands alone is the usual case."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the device")
        self.fields["passwordless"].label = _("Sign in with it alone, without the password")
        self.fields["passwordless"].help_text = _("The device then asks for your fingerprint, face or PIN each time.")
        self.fields["passwordless"].initial = True


class ControllerForm(forms.ModelForm[Controller]):
    """Settings of the controller. The ledger's origin never changes: earlier checkpoints name it."""

    timezone = ZoneField(label=_("Time zone"), help_text=_("Legal periods run in this zone."))

    class Meta:
        model = Controller
        fields = ["name", "timezone"]
        labels = {"name": _("Name of the company or authority")}
        help_texts = {"name": _("Whose callers these are: the controller in the sense of the GDPR.")}


class LineForm(forms.ModelForm[Line]):
    """A line with its rules."""

    slug = forms.SlugField(
        label=_("Short name"),
        required=False,
        max_length=50,
        help_text=_("For the command line and for manifests. Left empty, it is made from the name."),
    )
    # A line in a language without recognizers still works: everything is then masked more widely and reviewed.
    language = forms.ChoiceField(label=_("Language spoken"), choices=list(LANGUAGE_NAMES.items()))
    timezone = ZoneField(label=_("Time zone"), help_text=_("Recordings without a zone take this one."))
    countries = CountriesField(
        label=_("Countries"),
        help_text=_("Two-letter codes, such as SE, FI: whose phone numbers and identifiers to expect."),
    )
    numbers = NumbersField(
        label=_("Numbers of the line"),
        required=False,
        help_text=_("One a row, with country code. They tell the line from the caller."),
    )
    purposes = forms.MultipleChoiceField(
        label=_("What the calls are kept for"),
        choices=list(labels.PURPOSES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nobody opens a call for anything else."),
        error_messages={"required": _("Choose at least one purpose.")},
    )

    class Meta:
        model = Line
        fields = [
            "name", "slug", "kind", "language", "countries", "timezone", "numbers",
            "lawful_basis", "purposes", "notice", "retention_days", "sector_duty", "keep_original",
            "originals_may_go",
            "audio_fill", "pad_ms", "agent_channel", "voicemail", "voicemail_mailbox", "is_active",
        ]  # fmt: skip
        widgets = {"notice": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "name": _("Name"),
            "kind": _("What kind of line"),
            "lawful_basis": _("Lawful basis"),
            "notice": _("Recording notice"),
            "retention_days": _("Days kept"),
            "sector_duty": _("Duty that asks for longer"),
            "keep_original": _("Keep the original, sealed"),
            "originals_may_go": _("Originals that lie at a feed may be deleted"),
            "audio_fill": _("Masked stretches are"),
            "pad_ms": _("Masked before and after each finding, in milliseconds"),
            "agent_channel": _("The agent speaks on the"),
            "voicemail": _("Every recording is a voicemail"),
            "voicemail_mailbox": _("Tell this mailbox of new voicemail"),
            "is_active": _("In use: new calls are taken in"),
        }
        help_texts = {
            "name": _("As one would say it, such as “Bank, Sweden”."),
            "lawful_basis": _("GDPR Art. 6(1). The ground on which this line records at all."),
            "notice": _("The words that the caller hears before the recording starts, in the line's language."),
            "retention_days": _(
                "Counted from the call and shown with it; what has had its time is destroyed by itself. "
                "At most 180 without a duty in law. Rules for single items stand under Lifecycle."
            ),
            "sector_duty": _("Only above 180 days: the law that asks for it, with its article."),
            "voicemail": _("Unless the facts of a call say otherwise. Voicemail has a short time of its own: 30 days."),
            "voicemail_mailbox": _("The mail says that there is a new message on this line, and nothing about it."),
            "originals_may_go": _(
                "Once the sealed copy has been read back, where the feed says so too. Without it, they stay there."
            ),
            "keep_original": _("Without it, only the redacted copy is kept. Card data is never kept in either."),
        }

    def __init__(self, *args: Any, controller: Controller, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.controller = controller
        policy = self.instance.mask_policy or {}
        for kind in Type:
            if kind not in ALWAYS_MASKED:
                self.fields[_MASK + kind] = forms.ChoiceField(
                    label=str(labels.TYPES[kind]).capitalize(),
                    choices=[(operator.value, labels.OPERATORS[operator]) for operator in Operator],
                    initial=policy.get(kind, Operator.MASK),
                    required=False,
                )

    def clean_slug(self) -> str:
        slug = self.cleaned_data["slug"] or slugify(self.data.get("name", ""))[:50]
        if not slug:
            raise ValidationError(_("Give a short name in small letters, such as bank-se."))
        others = Line.objects.for_controller(self.instance.controller).exclude(pk=self.instance.pk)
        if others.filter(slug=slug).exists():
            raise ValidationError(_("Another line has this short name."))
        return str(slug)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("voicemail_mailbox") and not goes_out_safely():
            self.add_error("voicemail_mailbox", _("Mail goes out over TLS only: name a mail server for that first."))
        days = cleaned.get("retention_days")
        if days and days > RETENTION_CEILING_DAYS and not cleaned.get("sector_duty"):
            self.add_error("sector_duty", _("Name the duty in law that asks for more than 180 days."))
        chosen = {kind: cleaned.get(_MASK + kind) or Operator.MASK for kind in Type if _MASK + kind in self.fields}
        self.instance.mask_policy = {
            str(kind): str(operator) for kind, operator in chosen.items() if operator != Operator.MASK
        }
        return cleaned

    def _bound(self, *names: str) -> Iterator[forms.BoundField]:
        return (self[name] for name in names)

    @property
    def what(self) -> Iterator[forms.BoundField]:
        return self._bound("name", "kind", "language", "countries", "timezone", "numbers", "slug")

    @property
    def law(self) -> Iterator[forms.BoundField]:
        return self._bound(
            "lawful_basis", "purposes", "notice", "retention_days", "sector_duty", "keep_original", "originals_may_go"
        )

    @property
    def sound(self) -> Iterator[forms.BoundField]:
        return self._bound("audio_fill", "pad_ms", "agent_channel", "voicemail", "voicemail_mailbox", "is_active")

    @property
    def operators(self) -> Iterator[forms.BoundField]:
        return self._bound(*(name for name in self.fields if name.startswith(_MASK)))


class _NewPasswordForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A few unrelated words are easier to keep than signs."),
    )
    password_again = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, again = cleaned.get("password"), cleaned.get("password_again")
        if first and again and first != again:
            self.add_error("password_again", _("The two passwords differ."))
        elif first:
            try:
                validate_password(first, User(username=cleaned.get("username", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class FirstRunForm(_NewPasswordForm):
    """The first start: who the controller is, and who administers."""

    token = forms.CharField(
        label=_("Setup token"),
        help_text=_("The terminal that runs “callward serve” shows it, so that only who runs the machine sets it up."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name of the company or authority"),
        max_length=120,
        help_text=_("Whose callers these are: the controller in the sense of the GDPR."),
    )
    timezone = ZoneField(label=_("Time zone"), help_text=_("Legal periods run in this zone."))
    username = forms.CharField(
        label=_("Your user name"),
        max_length=40,
        validators=User._meta.get_field("username").validators,  # noqa: SLF001 - Django's public name for it
        help_text=_("A staff id rather than a name: it appears in the ledger's pages."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )

    field_order = ["token", "name", "timezone", "username", "password", "password_again"]


class StaffForm(forms.ModelForm[User]):
    """A member of staff to be added."""

    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        help_text=_("As colleagues say it. It is sealed, and not in the ledger. May be left empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = User
        fields = ["username", "role"]
        labels = {"username": _("User name"), "role": _("Role")}
        help_texts = {"username": _("A staff id rather than a name. It cannot be changed later.")}
        widgets = {
            "username": forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
            "role": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(role.value, labels.ROLES[role]) for role in Role]

    def validate_unique(self) -> None:
        """A user name is one person's on the whole platform."""
        with walls.across():
            super().validate_unique()


class RoleForm(forms.Form):
    """A member of staff's role."""

    role = forms.ChoiceField(
        label=_("Role"), widget=forms.RadioSelect, choices=[(role.value, labels.ROLES[role]) for role in Role]
    )


class ServiceForm(forms.ModelForm[ServiceAccount]):
    """A program's account."""

    class Meta:
        model = ServiceAccount
        fields = ("name", "role", "lines")
        widgets = {"role": forms.RadioSelect, "lines": forms.CheckboxSelectMultiple}
        help_texts = {
            "name": _("What the program is, such as the telephone system."),
            "lines": _("None chosen means all lines, also those that come later."),
        }

    def __init__(self, *args: Any, controller: Controller, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines, role = self.fields["lines"], self.fields["role"]
        assert isinstance(lines, forms.ModelMultipleChoiceField)
        assert isinstance(role, forms.ChoiceField)
        lines.queryset = Line.objects.for_controller(controller).filter(is_active=True)
        lines.label = _("Lines")
        role.choices = [(role.value, labels.ROLES[role]) for role in Role]


class KeyForm(forms.Form):
    """How long a new key of a program lasts."""

    days = forms.IntegerField(
        label=_("Days until it ends"), min_value=1, max_value=731, initial=365,
        help_text=_("Two years at most. Make the next one before this one ends."),
    )  # fmt: skip
