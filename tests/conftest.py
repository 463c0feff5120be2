"""What holds for every test: nothing fails because the machine is slow or busy, and the long ones begin first."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import migrated
import pytest
from hypothesis import HealthCheck, settings

# Hypothesis measures by the clock on the wall, and other tests share the machine.
_patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
# The same examples in each run: what a random search still finds is work, and no reason why one run fails and the next
# does not. `make soak` searches (--hypothesis-profile=searching).
settings.register_profile("steady", _patient, derandomize=True)
settings.register_profile("searching", _patient)
settings.load_profile("steady")

_SYSTEM = Path(__file__).parent / "system"


def pytest_configure(config: pytest.Config) -> None:
    """Give the run, and all its workers, one place for databases that were migrated once."""
    if migrated.PLACE not in os.environ:
        place = tempfile.mkdtemp(prefix="callward-migrated-")
        os.environ[migrated.PLACE] = place
        config.add_cleanup(lambda: shutil.rmtree(place, ignore_errors=True))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with whole platforms and their bad days: a long file begun last would be waited for by one worker alone."""
    items.sort(key=lambda item: _SYSTEM not in item.path.parents)
