"""The name that people say: sealed under the staff member's own key, so that it ends when the key does."""

from __future__ import annotations

from callward.engine import envelope
from callward.web.accounts.models import User
from callward.web.keys import vault


def seal_name(user: User, name: str) -> None:
    """Seal a name into the row, which the caller saves. The user's id is the id of their key."""
    user.sealed_name = b""
    if name:
        key = vault.record_key(user.controller_id, user.pk)
        user.sealed_name = envelope.seal_value(key, name.encode(), _place(user))


def name_of(user: User) -> str:
    """The sealed name, or the user name where none was given or its key is gone."""
    if not user.sealed_name:
        return user.username
    try:
        key = vault.record_key(user.controller_id, user.pk)
    except vault.KeyGone:
        return user.username
    return envelope.open_value(key, bytes(user.sealed_name), _place(user)).decode()


def _place(user: User) -> bytes:
    return envelope.column_data(controller=user.controller_id, table="accounts_user", column="sealed_name", row=user.pk)
