"""``callward vcon``: what conforms, deviates or is refused, and what may be shown of it."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

from callward.cli.vcon import _SENTENCES, app
from callward.engine.vcon import Deviation

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "vcons"
VCON = {"uuid": "019f15a6-a752-826f-b9a2-279e0d16bc46", "created_at": "2026-07-01T10:00:00Z"}
PERSON = {"name": "Dana Example", "tel": "+46701740605", "mailto": "dana@example.com"}
TEXT = {"type": "text", "start": "2026-07-01T10:00:00Z", "parties": [0], "body": "My code is 4111", "encoding": "none"}


def _run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})
    return result.exit_code, result.output


def _file(path: Path, **members: object) -> Path:
    path.write_bytes(orjson.dumps({**VCON, "parties": [PERSON], "dialog": [TEXT], **members}))
    return path


def test_a_conforming_vcon_exits_0(tmp_path: Path) -> None:
    code, output = _run("validate", _file(tmp_path / "good.vcon"))
    assert code == 0
    assert "conforms" in output


def test_deviations_are_named_and_exit_1(tmp_path: Path) -> None:
    good, odd = _file(tmp_path / "good.vcon"), _file(tmp_path / "odd.vcon", group=[], vcon="0.0.1")
    code, output = _run("validate", good, odd)
    assert code == 1
    assert "group is reserved" in output
    assert "older version" in output


def test_a_refusal_exits_1_and_a_missing_file_2(tmp_path: Path) -> None:
    refused = _file(tmp_path / "new.vcon", critical=["unheard_of"])
    code, output = _run("validate", refused)
    assert (code, "vcon_critical_extension" in output) == (1, True)
    code, output = _run("validate", refused, tmp_path / "gone.vcon")
    assert (code, "unreadable" in output) == (2, True)


def test_json_is_one_object(tmp_path: Path) -> None:
    odd, gone = _file(tmp_path / "odd.vcon", group=[]), tmp_path / "gone.vcon"
    code, output = _run("validate", "--json", odd, gone)
    first, second = orjson.loads(output)["files"]
    assert code == 2
    assert (first["deviations"], first["refused"], first["signature"]) == (["reserved_parameter"], None, "none")
    assert second["refused"] == "unreadable"


def test_a_file_of_certificates_that_is_none_exits_2(tmp_path: Path) -> None:
    path = _file(tmp_path / "good.vcon")
    assert _run("validate", "--trust", path, path)[0] == 2


def test_show_holds_no_personal_data(tmp_path: Path) -> None:
    code, output = _run("show", _file(tmp_path / "a.vcon", subject="Dana asks"))
    assert code == 0
    assert "dialog 0: text" in output
    assert "15 bytes" in output
    for personal in ("Dana", "4670", "dana@", "4111"):
        assert personal not in output


def test_show_full_holds_it(tmp_path: Path) -> None:
    _, output = _run("show", "--full", _file(tmp_path / "a.vcon"))
    assert "Dana Example" in output
    assert "My code is 4111" in output


def test_a_file_cannot_move_the_cursor(tmp_path: Path) -> None:
    _, output = _run("show", "--full", _file(tmp_path / "a.vcon", subject="\x1b[2Jgone"))
    assert "\x1b[2J" not in output


def test_show_refuses_what_is_no_vcon(tmp_path: Path) -> None:
    path = tmp_path / "a.vcon"
    path.write_text("{}")
    assert _run("show", path)[0] == 1
    assert _run("show", tmp_path / "gone.vcon")[0] == 2


def test_every_deviation_has_a_sentence() -> None:
    assert set(_SENTENCES) == set(Deviation)


def test_every_sample_vcon_can_be_shown_or_is_refused() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the sample vCons (../shared/corpora/vcons) are missing")
    paths = sorted(CORPUS.glob("*/*.vcon")) + sorted((CORPUS / "calls").glob("*.vcon.json"))
    codes = [_run("show", path)[0] for path in paths]
    assert codes.count(0) >= 41
    assert set(codes) == {0, 1}
