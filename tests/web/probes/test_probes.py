"""What machines ask: answers without sign-in, details for those who may have them, figures of every process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from http import HTTPStatus
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from prometheus_client.parser import text_string_to_metric_families

from callward.web import RESTORE_MARK
from callward.web.accounts.models import User
from callward.web.background import leases
from callward.web.core import measures
from callward.web.core.middleware import ProxyMiddleware
from callward.web.core.models import Controller
from callward.web.keys import vault
from callward.web.keys.models import Epoch
from callward.web.probes import readiness

_AWAY = "203.0.113.7"


@pytest.fixture(autouse=True)
def _asked_anew(tmp_path: Path) -> Iterator[None]:
    readiness.forget()
    with override_settings(MEASURES=tmp_path / "measures"):
        yield
    readiness.forget()


def _faults() -> tuple[int, list[str]]:
    readiness.forget()
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()["faults"]


def test_a_process_that_lives_says_so_without_a_database_or_a_host_name() -> None:
    answer = Client().get("/healthz", headers={"Host": "10.1.2.3"})
    assert (answer.status_code, answer.content) == (HTTPStatus.OK, b"alive\n")
    assert Client().post("/healthz").status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.django_db
def test_a_process_is_ready_with_a_worker_that_lives(acme: Controller) -> None:
    vault.open_controller(acme.id)
    assert _faults() == (HTTPStatus.SERVICE_UNAVAILABLE, ["worker_silent"])
    leases.begin("a" * 32)
    assert _faults() == (HTTPStatus.OK, [])


@pytest.mark.django_db
def test_each_fault_has_its_code(acme: Controller, monkeypatch: pytest.MonkeyPatch) -> None:
    vault.open_controller(acme.id)
    leases.begin("a" * 32)
    mark = settings.CALLWARD_HOME / RESTORE_MARK
    mark.touch()
    assert _faults()[1] == ["restore_unfinished"]
    mark.unlink()
    epoch = Epoch.objects.get(controller=acme.id)
    root = settings.CALLWARD_HOME / "roots" / acme.id.hex / f"{epoch.number}.key"
    away = root.rename(root.with_suffix(".away"))
    assert _faults() == (HTTPStatus.SERVICE_UNAVAILABLE, ["key_file_missing"])
    away.rename(root)
    monkeypatch.setattr("callward.web.probes.readiness.object_store", lambda: None)
    assert _faults()[1] == ["object_store_unreachable"]


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*words: object) -> None:
        raise OperationalError("Dana")

    monkeypatch.setattr(connections["keys"], "cursor", refuse)
    monkeypatch.setattr(connections["keys"], "close", lambda: None)
    assert _faults()[1] == ["keys_database_unreachable"]


@pytest.mark.django_db
def test_why_is_told_to_watchers_alone() -> None:
    assert Client().get("/readyz", REMOTE_ADDR=_AWAY).json() == {"ready": False}
    spoken_for = Client().get("/readyz", headers={"X-Forwarded-For": "127.0.0.1"})
    assert spoken_for.json() == {"ready": False}, "an unknown proxy on this machine speaks for somebody"
    with override_settings(PROXIES=[ip_network("127.0.0.1")]):
        behind = Client().get("/readyz", headers={"X-Forwarded-Proto": "https"})
        assert behind.json() == {"ready": False}, "a proxy on this machine says not for whom it asks"
    with override_settings(WATCHERS=[ip_network("203.0.113.0/24")]):
        assert Client().get("/readyz", REMOTE_ADDR=_AWAY).json()["faults"]


@pytest.mark.django_db
def test_figures_are_for_watchers_and_for_who_bears_the_token_over_tls() -> None:
    assert Client().get("/metrics").status_code == HTTPStatus.OK
    assert Client().get("/metrics", REMOTE_ADDR=_AWAY).status_code == HTTPStatus.FORBIDDEN
    with override_settings(METRICS_TOKEN="quiet-lighthouse-keeper"):
        right = {"Authorization": "Bearer quiet-lighthouse-keeper"}
        wrong = {"Authorization": "Bearer quiet-lighthouse"}
        assert Client().get("/metrics", headers=right, REMOTE_ADDR=_AWAY, secure=True).status_code == HTTPStatus.OK
        refused = [
            Client().get("/metrics", headers=headers, REMOTE_ADDR=_AWAY, secure=secure).status_code
            for headers, secure in ((right, False), (wrong, True), ({}, True), ({"Authorization": "Basic x"}, True))
        ]
        assert set(refused) == {HTTPStatus.FORBIDDEN}


def _figures() -> dict[str, float]:
    text = Client().get("/metrics").content.decode()
    return {
        sample.name + "".join(f"|{value}" for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.django_db
def test_the_figures_of_rows_are_those_of_the_moment(acme: Controller, bob: User) -> None:
    vault.open_controller(acme.id)
    leases.begin("a" * 32)
    now = timezone.now()
    for status in ("READY", "READY", "RUNNING", "FAILED"):
        DBTaskResult.objects.create(
            status=status, args_kwargs={"args": [], "kwargs": {}}, task_path="x", backend_name="default", run_after=now
        )
    found = _figures()
    assert found["callward_jobs_waiting"] == 2
    assert found["callward_jobs_running"] == found["callward_jobs_given_up"] == found["callward_workers"] == 1
    assert 0 <= found["callward_job_age_seconds"] < 60
    assert 0 <= found["callward_epoch_age_seconds"] < 60
    assert found["callward_review_queue"] == found["callward_items_overdue"] == found["callward_ledger_pending"] == 0
    assert found["callward_store_free_bytes"] > 0
    assert not any(str(acme.id) in name or "Acme" in name for name in found)


_COUNTS = """
import sys, os
import django
django.setup()
from django.test import override_settings
with override_settings(MEASURES=__import__("pathlib").Path(sys.argv[1])):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = sys.argv[1]
    from callward.web.core import measures
    for _ in range(int(sys.argv[2])):
        measures.count(measures.REFUSED, "disk_full")
        measures.observe(measures.PIPELINE_SECONDS, 0.2, "detect")
"""


@pytest.mark.django_db
def test_what_several_processes_count_is_added_and_outlives_them(monkeypatch: pytest.MonkeyPatch) -> None:
    place = str(settings.MEASURES)
    for many in (2, 3):
        words = [sys.executable, "-c", _COUNTS, place, str(many)]
        subprocess.run(words, check=True, timeout=300, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    key = "callward_calls_refused_total|disk_full"
    assert _figures()[key] == 5
    assert measures.fold_ended() == 4
    assert measures.fold_ended() == 0
    found = _figures()
    assert found[key] == 5
    assert found["callward_pipeline_seconds_count|detect"] == 5
    assert found["callward_pipeline_seconds_sum|detect"] == pytest.approx(1.0)
    assert sorted(file.name for file in measures.folder().glob("*.db")) == ["counter_0.db", "histogram_0.db"]


def test_a_full_disk_costs_the_figure_and_not_the_act(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*words: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(measures.ACTS, "labels", full)
    measures.count(measures.ACTS, "call.released", "done")


def _seen(peer: str, **headers: str) -> tuple[str, bool, bool]:
    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)
    seen: list[tuple[str, bool, bool]] = []

    def view(asked: object) -> None:
        spoken_for = request.META.get("callward.forwarded") == "unknown"
        seen.append((request.META["REMOTE_ADDR"], "HTTP_X_FORWARDED_PROTO" in request.META, spoken_for))

    ProxyMiddleware(view)(request)  # type: ignore[arg-type] # answers nothing
    return seen[0]


def test_the_word_of_a_named_proxy_is_taken_and_of_nobody_else() -> None:
    said = {"X-Forwarded-For": f"198.51.100.9, {_AWAY}, 10.0.0.2", "X-Forwarded-Proto": "https"}
    with override_settings(PROXIES=[ip_network("10.0.0.0/24")]):
        assert _seen("10.0.0.1", **said) == (_AWAY, True, False), "what stands further left anybody may have written"
        assert _seen("192.0.2.1", **said) == ("192.0.2.1", False, True)
        assert _seen("10.0.0.1", **{"X-Forwarded-For": "dana"}) == ("0.0.0.0", False, False)
        assert _seen("10.0.0.1") == ("10.0.0.1", False, False)
        assert _seen("10.0.0.1", **{"X-Forwarded-Proto": "https"}) == ("10.0.0.1", True, True), "it says not for whom"
    assert _seen("127.0.0.1", **said) == ("127.0.0.1", False, True)
