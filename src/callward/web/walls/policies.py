"""Which tables stand behind the wall, and the policies that make it: raised after every migration, told by name.

A table is walled by its own ``controller``, or by the row above it that has one. Whatever is neither is listed here
with its reason: a model that is forgotten is found by the tests.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from django.apps import apps
from django.db import connections, models, router, transaction

from callward.web import walls

# Rows that belong to a controller by the row above them: of which column, by the model's label.
ABOVE: Mapping[str, str] = {
    "account.EmailAddress": "user",
    "account.EmailConfirmation": "email_address",
    "accounts.ApiKey": "account",
    "accounts.ServiceAccount_lines": "serviceaccount",
    "api.Sending": "account",
    "audit.Cosignature": "witness",
    "calls.Item": "call",
    "feeds.Delivery": "feed",
    "lifecycle.KeepingRule": "line",
    "lifecycle.ShareDestroyed": "escrow",
    "mfa.Authenticator": "user",
    "sweeps.Batch": "sweep",
    "sweeps.Change": "sweep",
}
# What is the platform's own, and why nothing of it is a controller's.
OPEN: Mapping[str, str] = {
    "auth.Group": "Django's own; roles stand in code, and there is none",
    "auth.Group_permissions": "Django's own; there is none",
    "auth.Permission": "Django's own names of what can be done",
    "background.GivenUpJob": "whose a job is, noted for all: behind a wall those of others would seem to be nobody's",
    "background.WorkerProcess": "a process works for all controllers",
    "contenttypes.ContentType": "the names of models",
    "core.SampleOfObjects": "one row: how far the weekly look has got",
    "django_tasks_database.DBTaskResult": "jobs name random ids alone, and workers take those of all controllers",
    "lifecycle.BackupRun": "a backup holds all controllers",
    "sessions.Session": "read before anybody knows whose it is; what it holds is sealed",
}
_ROOT = "core.Controller"
_NAME = "callward_"
_WALL = f"current_setting('{walls.SETTING}', true)"
# Each is asked once for a statement, not for a row.
_ALL = f"(SELECT {_WALL}) = '{walls.PLATFORM}'"
_OWN = f"(SELECT NULLIF(NULLIF({_WALL}, ''), '{walls.PLATFORM}')::uuid)"
_FOUND = (
    "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, array_remove(array_agg(p.polname::text), NULL)"
    " FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid"
    " WHERE pg_table_is_visible(c.oid) AND c.relkind = 'r' GROUP BY c.oid"
)
_ROLE = "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"


@dataclass(frozen=True, slots=True)
class _Policy:
    """Whose rows of a table are there. The name carries the text's digest, so that an older one is known."""

    table: str
    rows: str

    @property
    def name(self) -> str:
        return _NAME + hashlib.sha256(self.rows.encode()).hexdigest()[:16]

    def statements(self, old: list[str]) -> Iterator[str]:
        for name in old:
            yield f'DROP POLICY "{name}" ON "{self.table}"'
        yield f'CREATE POLICY "{self.name}" ON "{self.table}" USING ({self.rows}) WITH CHECK ({self.rows})'
        yield f'ALTER TABLE "{self.table}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{self.table}" FORCE ROW LEVEL SECURITY'  # the owner of the tables is who works with them


def raise_walls(alias: str) -> None:
    """Give every table of a database its policy where it has another one or none. Does nothing on SQLite."""
    missing = list(_missing(alias))
    if not missing:
        return
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        for policy, old in missing:
            for statement in policy.statements(old):
                cursor.execute(statement)


def after_migrate(*, using: str, **kwargs: Any) -> None:
    """Raise the walls: Django's ``post_migrate`` calls it once for a database."""
    raise_walls(using)


def are_raised(alias: str) -> bool:
    """Whether every table has its policy; on SQLite, where there are none, it is so."""
    return not any(True for _ in _missing(alias))


def faults() -> Iterator[str]:
    """Say where the second wall does not stand, a sentence each: tables without policy, a role that passes them."""
    for alias in connections:
        if connections[alias].vendor != "postgresql":
            continue
        if missing := sorted(policy.table for policy, _ in _missing(alias)):
            shown = ", ".join(missing[:5]) + (" …" if len(missing) > 5 else "")
            yield f"row security does not stand on {shown} in the {alias} database: run callward serve once"
        with connections[alias].cursor() as cursor:
            cursor.execute(_ROLE)
            name, superuser, bypasses = cursor.fetchone()
        if superuser or bypasses:
            why = "is a superuser" if superuser else "has BYPASSRLS"
            yield f"row security holds nobody back in the {alias} database: {name} {why}, use an ordinary role"


def unplaced() -> list[str]:
    """Return the labels of models that nobody has put behind the wall or before it."""
    return sorted(one._meta.label for one in _models() if _rows(one) is None and one._meta.label not in OPEN)  # noqa: SLF001 - Django documents Model._meta


def walled(alias: str) -> list[str]:
    """Return the names of a database's tables that are to stand behind the wall."""
    return [policy.table for policy in _policies(alias)]


def _missing(alias: str) -> Iterator[tuple[_Policy, list[str]]]:
    """Give the policies that are to be made, each with what its table has of earlier ones."""
    if connections[alias].vendor != "postgresql":
        return
    with connections[alias].cursor() as cursor:
        cursor.execute(_FOUND)
        found = {table: (stands, names) for table, stands, names in cursor.fetchall()}
    for policy in _policies(alias):
        stands, names = found.get(policy.table, (True, [policy.name]))  # a table that is not there yet needs none
        if not stands or names != [policy.name]:
            yield policy, names


@lru_cache
def _policies(alias: str) -> tuple[_Policy, ...]:
    placed = ((model._meta.db_table, _rows(model)) for model in _models() if router.allow_migrate_model(alias, model))  # noqa: SLF001 - as above
    return tuple(_Policy(table, rows) for table, rows in placed if rows is not None)


def _models() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:  # noqa: SLF001 - as above
            yield model


def _rows(model: type[models.Model]) -> str | None:
    """The rows of a model that are seen, as SQL; None where it is not placed behind the wall."""
    meta, own = model._meta, {field.name: field.column for field in model._meta.local_concrete_fields}  # noqa: SLF001 - as above
    if meta.label in OPEN:
        return None
    if meta.label == _ROOT:
        return f"{_ALL} OR {own['id']} = {_OWN}"
    if meta.label in ABOVE:
        field = cast("models.ForeignKey[models.Model]", meta.get_field(ABOVE[meta.label]))
        above = field.related_model._meta  # noqa: SLF001 - as above
        # Whether the row above is seen is its own policy's to say. One row is looked up for each, never a whole table.
        same = f'a."{above.pk.column}" = "{meta.db_table}"."{field.column}"'
        return f'{_ALL} OR (SELECT true FROM "{above.db_table}" a WHERE {same})'  # noqa: S608 - names of models
    return f"{_ALL} OR {own['controller']} = {_OWN}" if "controller" in own else None
