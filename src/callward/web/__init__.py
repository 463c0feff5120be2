"""The platform: the only layer that knows Django."""

from __future__ import annotations

import io
import os

from callward.engine.errors import Error

RESTORE_MARK = "restoring"
"""The name of the file that stands in a home while it is being restored."""


class StartError(Error):
    """The platform did not start; see ``code`` and ``detail``."""


def start() -> None:
    """Make settings, rows and apps usable in this process. Verbs call it before they import a model.

    Raises ``StartError`` where a setting makes no sense or a secret is open to others.
    """
    import django
    from django.core.exceptions import ImproperlyConfigured

    from callward.web import walls

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callward.web.settings")
    try:
        django.setup()
    except ImproperlyConfigured as refused:
        raise StartError("settings", str(refused)) from refused
    walls.work_as_platform()
    from callward.web.waiting import wait_for_locks

    wait_for_locks()


def prepare(*, restoring: bool = False) -> None:
    """Refuse what is unsafe, then bring both databases and the static files up to this version.

    A home whose restore has not ended is refused too, but for what the restore itself needs (``restoring``).
    """
    from django.conf import settings
    from django.core.checks import Tags
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    from callward.web import databases
    from callward.web.walls import policies

    if not restoring:
        refuse_unfinished_restore()
    databases.refuse_unfit()
    _refuse_unfit_objects()
    if not restoring and databases.restoring():
        raise StartError("restore_unfinished", "a restore into these databases has not ended: run it again")
    try:
        # Those that depend on this machine; the others hold for every copy of this version, and `make check` runs them.
        call_command("check", tags=[Tags.security], fail_level="ERROR", stdout=io.StringIO())
    except SystemCheckError as refused:
        lines = [line.strip() for line in str(refused).splitlines() if line.strip().startswith("?:")]
        raise StartError("unsafe", "; ".join(lines) or "a system check failed") from refused
    for database in filter(databases.is_behind, settings.DATABASES):
        with databases.alone(database):
            if databases.is_behind(database):
                apps = databases.apps_of(database)
                call_command("migrate", *apps, database=database, interactive=False, verbosity=0)
    for database in settings.DATABASES:
        if not policies.are_raised(database):  # an older version, or somebody's own hand
            with databases.alone(database):
                policies.raise_walls(database)
    if settings.COLLECTED_STATIC:
        call_command("collectstatic", interactive=False, verbosity=0)


def _refuse_unfit_objects() -> None:
    from callward.web.core.objects import ObjectError, object_store

    try:
        object_store().refuse_unfit()
    except ObjectError as refused:
        raise StartError(refused.code, refused.detail) from None


def refuse_unfinished_restore() -> None:
    """Raise ``StartError`` (``restore_unfinished``) where the mark of a restore stands in the home."""
    from django.conf import settings

    if (settings.CALLWARD_HOME / RESTORE_MARK).exists():
        raise StartError("restore_unfinished", "a restore into this home has not ended: run the same command again")
