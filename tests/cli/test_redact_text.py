"""The operators of ``callward redact text``."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from callward.cli.redact_text import text

APP = typer.Typer()
APP.command()(text)
SAID = "Caller: write to dana@example.com, my card is 4111 1111 1111 1111, i was born on 5 May 1980\n"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "redact.key"
    path.write_bytes(bytes(range(32)))
    path.chmod(0o600)
    return path


def run(*options: str, said: str = SAID) -> Result:
    return CliRunner().invoke(APP, ["--lang", "en", *options], input=said)


@pytest.fixture(autouse=True)
def _standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verb opens a second handle on standard input; here the runner's stands in for it."""
    import sys

    monkeypatch.setattr(
        "callward.cli.redact_text.open_input", lambda file: file.open("rb") if file else sys.stdin.buffer
    )


def test_without_options_types_stand_for_values() -> None:
    assert run().output == (
        "Caller: write to [EMAIL], my card is [PAYMENT_CARD ****1111], i was born on [DATE_OF_BIRTH]\n"
    )


def test_a_birth_date_is_made_a_year_and_the_rest_stays_as_without_options() -> None:
    shown = run("--for", "date_of_birth=generalise").output
    assert "born on [DATE_OF_BIRTH 1980]" in shown
    assert "[EMAIL]" in shown


def test_a_type_is_kept_where_that_is_asked_for() -> None:
    assert "dana@example.com" in run("--for", "EMAIL=keep").output


def test_one_key_gives_one_value_one_mark(key: Path) -> None:
    first, second = (
        run("--operator", "pseudonym", "--key", str(key)),
        run("--for", "EMAIL=pseudonym", "--key", str(key)),
    )
    mark = first.output.split("[EMAIL ")[1].split("]")[0]
    assert f"[EMAIL {mark}]" in second.output
    assert len(mark) == 6


@pytest.mark.parametrize("option", [("--operator", "hash"), ("--for", "PERSON=pseudonym")])
def test_keyed_operators_need_a_key(option: tuple[str, str]) -> None:
    refused = run(*option)
    assert refused.exit_code == 2
    assert "need --key FILE" in refused.output


def test_a_key_that_others_can_read_is_refused(key: Path) -> None:
    if os.name != "posix":
        pytest.skip("permissions of files are those of POSIX")
    key.chmod(0o644)
    refused = run("--operator", "hash", "--key", str(key))
    assert refused.exit_code == 2
    assert "chmod 600" in refused.output


@pytest.mark.parametrize("pair", ["PERSON", "PERSON=paint", "NOBODY=mask", "=", "PERSON:mask"])
def test_an_operator_that_does_not_exist_is_refused_with_those_that_do(pair: str) -> None:
    refused = run("--for", pair)
    assert refused.exit_code == 2
    assert "generalise" in refused.output


def test_calls_a_line_are_redacted_alike(key: Path) -> None:
    call = json.dumps({"lang": "en", "turns": [{"speaker": "caller", "text": "mail dana@example.com"}]})
    shown = run("--jsonl", "--operator", "hash", "--key", str(key), said=call + "\n")
    assert json.loads(shown.output)["turns"][0]["text"].startswith("mail [EMAIL ")


def test_fields_that_may_hold_words_are_left_out() -> None:
    call = json.dumps(
        {
            "lang": "en",
            "id": "c-1",
            "caller": "Dana Example",
            "turns": [
                {"speaker": "caller", "text": "card 4111 1111 1111 1111", "start": 1.5, "words": [{"w": "4111"}]}
            ],
        }
    )
    shown = json.loads(run("--jsonl", said=call + "\n").output)
    assert shown == {
        "id": "c-1",
        "lang": "en",
        "turns": [{"speaker": "caller", "start": 1.5, "text": "card [PAYMENT_CARD ****1111]"}],
    }
