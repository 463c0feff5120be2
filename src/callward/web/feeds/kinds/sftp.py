"""An SFTP drop: others put the files of calls there, each feed with a user name and keys of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa
from cryptography.hazmat.primitives.serialization import load_ssh_public_key
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from callward.web.feeds.kinds import FeedKind
from callward.web.feeds.models import Feed

_MOST = 20


class PublicKeysField(forms.CharField):
    """Public keys as OpenSSH writes them, one a row. Their comments go: they name people."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def to_python(self, value: Any) -> Any:
        rows = [row.split() for row in str(value or "").splitlines() if row.strip()]
        if len(rows) > _MOST:
            raise ValidationError(_("Give at most twenty keys."))
        return "\n".join(" ".join(_checked(row)) for row in rows)


def _checked(row: list[str]) -> list[str]:
    plain = row[:2]
    try:
        key = load_ssh_public_key(" ".join(plain).encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValidationError(_("A row is no public key: it begins with ssh-ed25519, ecdsa or ssh-rsa.")) from None
    if isinstance(key, dsa.DSAPublicKey):
        raise ValidationError(_("DSA keys are too weak. Make an Ed25519 key."))
    return plain


def user_of(feed: Feed) -> str:
    """The name that is signed in with: the controller's short name, a dot, the feed's."""
    return f"{feed.controller.slug}.{feed.slug}"


def keys_of(feed: Feed) -> list[str]:
    """The public keys that may sign in."""
    return [row for row in str(feed.options.get("keys", "")).splitlines() if row]


def _options() -> Mapping[str, forms.Field]:
    return {
        "keys": PublicKeysField(
            label=_("Public keys"),
            help_text=_("One a row, as in the file id_ed25519.pub of whoever sends. A key that is taken out is out."),
        )
    }


def _notes(feed: Feed) -> list[tuple[str, str]]:
    return [(str(_("Sign in as")), user_of(feed)), (str(_("Start the drop with")), "callward sftp")]


KIND = FeedKind("sftp", _("SFTP drop"), options=_options, deletes=False, sets_aside=False, notes=_notes)
