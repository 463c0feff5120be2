"""Programs that act here: their accounts, and the keys they come with.

A key is 32 random bytes, shown once and kept as a digest: a copy of the database opens nothing with it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from callward.engine import tlog
from callward.engine.errors import Error
from callward.web.accounts.models import ApiKey, Role, ServiceAccount, User
from callward.web.core import acts
from callward.web.core.models import Line

LONGEST = timedelta(days=731)
_MARK = "cwk_"
_SEEN_EVERY = timedelta(minutes=1)


class ServiceError(Error):
    """A program may not come in: ``key_missing``, ``key_unknown``, ``key_expired``, ``key_revoked``, ``service_ended``.

    A change of its account was refused: ``key_expiry``.
    """


def refer(account: ServiceAccount) -> tlog.Reference:
    """Name a program's account as the ledger does."""
    return tlog.Reference("service", str(account.pk))


def open_service(account: ServiceAccount, lines: list[Line], *, by: User) -> None:
    """Add a program's account, for some lines or, with none named, for all."""
    account.controller, account.is_held = by.controller, bool(lines)
    with transaction.atomic():
        account.save(force_insert=True)
        account.lines.set(lines)
        facts: dict[str, tlog.Fact] = {"role": Role(account.role).value, "lines": len(lines)}
        acts.record("service.added", actor=by, resource=refer(account), controller=by.controller, facts=facts)


def end_service(account: ServiceAccount, *, by: User) -> None:
    """End a program's access at once, with all its keys."""
    now = timezone.now()
    with transaction.atomic():
        account.ended_at = now
        account.save(update_fields=["ended_at"])
        account.keys.filter(revoked_at=None).update(revoked_at=now)
        acts.record("service.ended", actor=by, resource=refer(account), controller=account.controller)


def issue_key(account: ServiceAccount, *, expires_at: datetime, by: User) -> str:
    """Make a key and return it: it is shown once. Raises ``ServiceError`` (``key_expiry``, ``service_ended``)."""
    now = timezone.now()
    if account.ended_at is not None:
        raise ServiceError("service_ended", "the account has ended")
    if not now < expires_at <= now + LONGEST:
        raise ServiceError("key_expiry", "a key ends within two years")
    text = _MARK + secrets.token_urlsafe(32)
    key = ApiKey(account=account, digest=_digest(text), hint=text[len(_MARK) :][:4], expires_at=expires_at)
    with transaction.atomic():
        key.save(force_insert=True)
        days = (expires_at - now).days
        acts.record("service.key_issued", actor=by, resource=refer(account), controller=account.controller,
                    facts={"key": str(key.pk), "days": days})  # fmt: skip
    return text


def revoke_key(key: ApiKey, *, by: User) -> None:
    """End a key at once; one that has ended stays as it is."""
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
            acts.record("service.key_revoked", actor=by, resource=refer(key.account), controller=key.account.controller,
                        facts={"key": str(key.pk)})  # fmt: skip


def admitted(request: HttpRequest) -> ServiceAccount:
    """Return the account whose key a request carries as ``Authorization: Bearer``. Raises ``ServiceError``."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text:
        raise ServiceError("key_missing", "the request carries no key")
    key = ApiKey.objects.select_related("account__controller").filter(digest=_digest(text.strip())).first()
    if key is None:
        raise ServiceError("key_unknown", "there is no such key")
    now = timezone.now()
    ended = _ended(key, now)
    if ended is not None:
        # A program that goes on asking is one entry a minute, not one for each time.
        if cache.add(f"service/denied/{key.pk}", 1, _SEEN_EVERY.total_seconds()):
            record_denial(key.account, ended.code)
        raise ended
    if key.last_used_at is None or key.last_used_at < now - _SEEN_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key.account


def record_denial(account: ServiceAccount, code: str) -> None:
    """Put on the record that a program was refused, and why."""
    with transaction.atomic():
        acts.record("access.denied", actor=refer(account), resource=refer(account), controller=account.controller,
                    outcome="denied", facts={"reason": code})  # fmt: skip


def _ended(key: ApiKey, now: datetime) -> ServiceError | None:
    if key.account.ended_at is not None:
        return ServiceError("service_ended", "the account of the key has ended")
    if key.revoked_at is not None:
        return ServiceError("key_revoked", "the key was revoked")
    return ServiceError("key_expired", "the key's time is over") if key.expires_at <= now else None


def _digest(text: str) -> bytes:
    # No slow hash: nobody guesses 32 random bytes.
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()
