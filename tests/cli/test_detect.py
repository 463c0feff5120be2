from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import typer
from callward.cli.detect import detect
from callward.cli.redact_text import text
app = typer.Typer()
app.command("detect")(detect)
app.command("redact")(text)
app()
"""


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-c", PROGRAM, *arguments], input=stdin, capture_output=True, check=False)


def line(*turns: tuple[str, str], **facts: object) -> bytes:
    return json.dumps({"turns": [{"speaker": who, "text": said} for who, said in turns], **facts}).encode() + b"\n"


def test_a_call_a_line_is_answered_with_a_line() -> None:
    call = line(
        ("agent", "card number please"), ("customer", "\U0001f600 4111 1111"), ("customer", "1111 1111"), lang="en"
    )
    done = run("detect", "--jsonl", stdin=call * 2)
    assert done.returncode == 0
    first, second = (json.loads(answer)["entities"] for answer in done.stdout.splitlines())
    assert first == second
    assert [(one["turn"], one["start"], one["end"]) for one in first] == [(1, 2, 11), (2, 0, 9)]
    assert {one["finding"] for one in first} == {0}
    assert {"type": "PAYMENT_CARD", "about": "caller", "spoken": False, "rule": "payment card"}.items() <= first[
        0
    ].items()
    assert "evidence" not in first[0]


def test_explain_gives_the_evidence() -> None:
    done = run("detect", "--jsonl", "--explain", stdin=line(("caller", "my card is 4111111111111111")))
    (entity,) = json.loads(done.stdout)["entities"]
    assert {"kind": "check", "detail": "Luhn passed", "weight": 0.35} in entity["evidence"]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"{secret", "not valid JSON"),
        (b"[1]", "a call needs a list of turns"),
        (b'{"turns": [{"speaker": "agent"}]}', "a turn needs a text"),
        (b'{"turns": [{"text": "secret", "start": -1}]}', "a time is not a number of seconds"),
        (b'{"turns": [], "lang": 5}', "lang is not a string"),
        (b'{"turns": [], "countries": "SE"}', "countries is not a list of strings"),
        (b"[" * 100_000, "not valid JSON"),
        (b'"\xff\xfe"', "not valid JSON"),
    ],
)
def test_a_broken_line_is_reported_with_its_number_and_the_rest_goes_on(broken: bytes, reason: str) -> None:
    done = run("detect", "--jsonl", stdin=line(("agent", "hello")) + broken + b"\n" + line(("agent", "a@example.com")))
    assert done.returncode == 1
    assert done.stderr.decode().strip() == f"line 2: {reason}"
    answers = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert answers[1] == {"error": {"line": 2, "reason": reason}, "entities": []}
    assert [len(answer["entities"]) for answer in answers] == [0, 0, 1]


def test_plain_text_is_shown_as_a_table(tmp_path: Path) -> None:
    file = tmp_path / "call.txt"
    file.write_text("Agent: hello\nCaller: mail me at dana@example.com [red]\n", "utf-8")
    done = run("detect", str(file))
    assert done.returncode == 0
    assert b"EMAIL" in done.stdout
    assert b"Nothing found." in run("detect", stdin=b"nothing here").stdout


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    done = run("detect", str(tmp_path / "missing"))
    assert done.returncode == 2
    assert b"cannot read the input" in done.stderr


def test_text_is_redacted_and_nothing_else_changes() -> None:
    done = run("redact", "--lang", "en", stdin="Caller: mejl\u00e9 dana@example.com\r\nAgent: tak\n\n".encode())
    assert done.stdout.decode() == "Caller: mejl\u00e9 [EMAIL]\r\nAgent: tak\n\n"


def test_calls_are_redacted_with_their_other_fields_kept() -> None:
    call = json.dumps({"id": 7, "turns": [{"speaker": "agent", "text": "a@example.com", "start": 0.5}]}).encode()
    done = run("redact", "--jsonl", stdin=call + b"\nbroken\n")
    assert done.returncode == 1
    first, second = (json.loads(answer) for answer in done.stdout.splitlines())
    assert first == {"id": 7, "turns": [{"speaker": "agent", "text": "[EMAIL]", "start": 0.5}]}
    assert second["error"]["line"] == 2
