"""Lines out of a file: all of them, or the number of the one that cannot be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from platform_home import SAMPLES

from callward.web.accounts import founding
from callward.web.accounts.actions import StaffError
from callward.web.accounts.lines_file import read_lines
from callward.web.audit.models import Entry
from callward.web.core.models import Line

pytestmark = pytest.mark.django_db

LINES = json.loads((SAMPLES / "centre.json").read_text("utf-8"))["lines"]


def _file(folder: Path, content: object) -> Path:
    path = folder / "lines.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_founding_makes_the_lines_of_a_file_on_the_record(tmp_path: Path) -> None:
    founding.found(
        name="Acme Care",
        zone="Europe/Stockholm",
        username="astrid",
        password="seven quiet lighthouses",
        lines=read_lines(_file(tmp_path, LINES)),
    )
    made = {line.slug: line for line in Line.objects.all()}
    assert sorted(made) == sorted(told["slug"] for told in LINES)
    for told in LINES:
        assert {name: getattr(made[told["slug"]], name) for name in told} == told
        assert made[told["slug"]].controller.name == "Acme Care"
    assert Entry.objects.filter(action="line.added").count() == len(LINES)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"colour": "red"}, "a line has no 'colour'"),
        ({"id": "00000000-0000-0000-0000-000000000000"}, "a line has no 'id'"),
        ({"slug": "bank-se"}, "slug: another line before it"),
        ({"slug": "Bank Sweden"}, "slug: "),
        ({"name": ["Bank"]}, "name: it is of another kind"),
        ({"retention_days": "90"}, "retention_days: it is of another kind"),
        ({"retention_days": True}, "retention_days: it is of another kind"),
        ({"retention_days": 0}, "retention_days: "),
        ({"retention_days": 400}, "core_line_retention"),
        ({"timezone": "Mars/Base"}, "timezone: "),
        ({"lawful_basis": "because"}, "lawful_basis: "),
        ({"purposes": []}, "purposes: "),
        ({"mask_policy": {"payment_card": "keep"}}, "mask_policy: "),
        ({"keep_original": "no"}, "keep_original: it is of another kind"),
    ],
    ids=str,
)
def test_a_line_that_cannot_be_is_refused_with_its_number(change: dict[str, object], why: str, tmp_path: Path) -> None:
    with pytest.raises(StaffError) as refused:
        read_lines(_file(tmp_path, [*LINES[:2], {**LINES[2], **change}]))
    assert refused.value.code == "lines_value"
    assert refused.value.detail.startswith("line 3: ")
    assert why in refused.value.detail


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "[" * 100_000, "\ud800", '{"lines": []}', "[" + " " * 2**20 + "1]"]
)
def test_a_file_that_is_no_list_of_lines_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "lines.json"
    path.write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(StaffError) as refused:
        read_lines(path)
    assert refused.value.code == "lines_file"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StaffError, match="cannot be read"):
        read_lines(tmp_path / "nowhere.json")
