"""Which rows live in which database: wrapped keys apart from everything they open."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

_APP = "keys"


class KeysRouter:
    """Send the ``keys`` app, and nothing else, to the ``keys`` database."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return _APP if _is_key(model) else "default"

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        return self.db_for_read(model, **hints)

    def allow_relation(self, left: Model, right: Model, **hints: Any) -> bool:
        return _is_key(left) == _is_key(right)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return (db == _APP) == (app_label == _APP)


def _is_key(model: type[Model] | Model) -> bool:
    return model._meta.app_label == _APP  # noqa: SLF001 - Django documents Model._meta
