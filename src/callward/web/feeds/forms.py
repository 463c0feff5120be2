"""The form of a feed: what every feed has, and what its kind asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from callward.engine.errors import Error
from callward.intake import file_pattern
from callward.web.core.models import Controller, Line
from callward.web.feeds.kinds import FeedKind
from callward.web.feeds.models import Feed

_OPTION = "option_"


class FeedForm(forms.ModelForm[Feed]):
    """A feed of one kind. What is secret is never shown again: an empty field leaves it as it is."""

    class Meta:
        model = Feed
        fields = ("name", "slug", "line", "place", "pattern", "originals", "refused", "is_on")
        widgets = {"originals": forms.RadioSelect, "refused": forms.RadioSelect}
        help_texts = {
            "name": _("What your colleagues call it."),
            "slug": _("Small letters, digits and dashes: for commands, and for signing in to a drop."),
            "line": _("For calls that name no line themselves."),
            "pattern": _("Where names say something: {line}_{caller}_{started}, for example."),
            "originals": _(
                "Deleting waits until the call is committed and its sealed copy has been read to its end. "
                "Those of calls whose line keeps originals at feeds stay."
            ),
            "is_on": "",
        }

    def __init__(self, *args: Any, controller: Controller, kind: FeedKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._controller, self._kind = controller, kind
        line = self.fields["line"]
        assert isinstance(line, forms.ModelChoiceField)
        line.queryset = Line.objects.for_controller(controller).filter(is_active=True)
        line.empty_label = _("As the files say")
        self._fit(kind)
        self._offer(kind)

    @property
    def options(self) -> dict[str, Any]:
        return {name.removeprefix(_OPTION): self.cleaned_data[name] for name in self._option_names()}

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if Feed.objects.for_controller(self._controller).filter(slug=slug).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another feed has this short name."))
        return slug

    def clean_pattern(self) -> str:
        text = str(self.cleaned_data["pattern"]).strip()
        try:
            file_pattern(text) if text else None
        except Error:
            raise ValidationError(_("This pattern cannot be read: use names such as {line} and {started}.")) from None
        return text

    def feed(self) -> Feed:
        """Give the feed as the form says, unsaved."""
        feed = self.save(commit=False)
        feed.controller, feed.kind, feed.options = self._controller, self._kind.key, self.options
        return feed

    def _fit(self, kind: FeedKind) -> None:
        """Leave out what this kind has no use for."""
        if kind.place:
            self.fields["place"].required = True
            self.fields["place"].help_text = str(kind.place)
        for name, wanted in (("place", kind.place), ("originals", kind.deletes), ("refused", kind.sets_aside)):
            if not wanted:
                del self.fields[name]

    def _offer(self, kind: FeedKind) -> None:
        for name, field in kind.options().items():
            field.initial = self.instance.options.get(name, field.initial)
            self.fields[_OPTION + name] = field
        if kind.secret:
            self.fields["secret"] = forms.CharField(
                label=str(kind.secret),
                required=not self.instance.sealed_secret,
                widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
                help_text=_("Sealed, and never shown again. Left empty, the one that is kept stays.")
                if self.instance.sealed_secret
                else _("Sealed, and never shown again."),
            )
        self.order_fields(
            ["name", "slug", "line", "place", *self._option_names(), "secret", "pattern", "originals", "refused"]
        )

    def _option_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith(_OPTION)]
