"""The platform's tests: one home for the run, two databases, two controllers and the cast.

The databases are SQLite files, or PostgreSQL's where ``CALLWARD_TEST_DATABASE=postgresql`` asks for it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("django", reason="the web extra is not installed")

_HOME = tempfile.mkdtemp(prefix="callward-test-")
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
os.environ["CALLWARD_HOME"] = _HOME
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callward.web.settings")

import postgresql  # noqa: E402 - the home comes first

_MISSING = postgresql.missing() if postgresql.WANTED == "postgresql" else ""
if postgresql.WANTED == "postgresql" and not _MISSING:
    postgresql.start()

import django  # noqa: E402 - the settings are read when Django is set up
from django.conf import settings  # noqa: E402
from django.contrib.contenttypes.management import create_contenttypes  # noqa: E402 - as above
from django.db.models.signals import post_migrate  # noqa: E402 - as above
from django.test.utils import override_settings  # noqa: E402
from pytest_django.plugin import blocking_manager_key  # noqa: E402

django.setup()
assert Path(_HOME) == settings.CALLWARD_HOME, "Django was set up before this file, with another home"

from callward.web import walls  # noqa: E402 - as above

walls.work_as_platform()  # as every process but the web server's; requests narrow by themselves

# Django's permissions are read by nothing here (roles are our own), and writing them again after each test that commits
# took five parts in six of the emptying.
post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
post_migrate.disconnect(create_contenttypes)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callward.web.accounts.models import Role, User
    from callward.web.core.models import Controller, Line


def pytest_configure(config: pytest.Config) -> None:
    # pytest-django was configured before this file was read: without this, a test without the `db` mark
    # would write to the database of the run's home.
    config.stash[blocking_manager_key].block()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every database test sees both databases: an act spans data and keys."""
    for item in items:
        if _MISSING:
            item.add_marker(pytest.mark.skip(reason=_MISSING))
        mark = item.get_closest_marker("django_db")
        if mark is not None and "databases" not in mark.kwargs:
            item.add_marker(pytest.mark.django_db(**mark.kwargs, databases=["default", "keys"]), append=False)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Let each worker set Django up for itself.

    A worker that inherits the settings' name reads them before this file, with this process's home: all workers would
    then share the one folder of roots, and the tests that clear it would take each other's.
    """
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


@pytest.fixture(autouse=True)
def _quick_settings() -> Iterator[None]:
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers):
        yield


@pytest.fixture
def acme() -> Controller:
    return _controller("Acme Care", "acme")


@pytest.fixture
def rival() -> Controller:
    return _controller("Rival Care", "rival")


@pytest.fixture
def bank_line(acme: Controller) -> Line:
    from callward.web.core.models import Line

    return Line.objects.create(
        controller=acme,
        name="Bank, Sweden",
        slug="bank-se",
        kind=Line.Kind.BANK,
        language="sv",
        countries=["SE"],
        numbers=["+46850550000"],
        timezone="Europe/Stockholm",
        purposes=["evidence"],
        lawful_basis=Line.LawfulBasis.CONTRACT,
    )


@pytest.fixture
def alice(acme: Controller) -> User:
    return _member("alice", "dpo", acme)


@pytest.fixture
def bob(acme: Controller) -> User:
    return _member("bob", "agent", acme)


@pytest.fixture
def sam(acme: Controller) -> User:
    return _member("sam", "supervisor", acme)


@pytest.fixture
def carol(acme: Controller) -> User:
    return _member("carol", "auditor", acme)


@pytest.fixture
def sofia(acme: Controller) -> User:
    return _member("sofia", "security", acme)


@pytest.fixture
def astrid(acme: Controller) -> User:
    return _member("astrid", "administrator", acme)


@pytest.fixture
def mallory(rival: Controller) -> User:
    """The data-protection officer of another controller."""
    return _member("mallory", "dpo", rival)


@pytest.fixture
def proven_cast(alice: User, bob: User, sam: User, carol: User, sofia: User, astrid: User) -> dict[Role, User]:
    """The cast of Acme by role, each with a second factor."""
    from cast import prove

    from callward.web.accounts.models import Role

    return {Role(member.role): prove(member) for member in (alice, bob, sam, carol, sofia, astrid)}


@pytest.fixture
def proven_mallory(mallory: User) -> User:
    from cast import prove

    return prove(mallory)


def _controller(name: str, slug: str) -> Controller:
    from callward.web.core.models import Controller

    return Controller.objects.create(name=name, slug=slug, origin=f"{slug}.example/ledger", timezone="Europe/Stockholm")


def _member(username: str, role: Role | str, controller: Controller) -> User:
    from cast import PASSWORD

    from callward.web.accounts.models import User

    return User.objects.create_user(username, PASSWORD, role=role, controller=controller)
