"""Whatever is given to detection and redaction, they answer or refuse: no traceback, and a known exit code."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import typer
from hypothesis import example, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from callward.cli.detect import detect
from callward.cli.redact_text import text

_CODES = {0, 1, 2}

app = typer.Typer()
app.command("detect")(detect)
app.command("redact")(text)

texts = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(
    ["my card is 4111 1111 1111 1111", "\ud800", "\x00"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
turns = st.fixed_dictionaries({}, optional={"speaker": values, "text": texts | values, "start": values, "end": values})
calls = st.fixed_dictionaries(
    {"turns": st.lists(turns | values, max_size=3) | values}, optional={"lang": texts | values, "countries": values}
)


def answered(arguments: list[str], data: bytes) -> int:
    """Run a verb on a file that holds ``data`` and return its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calls"
        file.write_bytes(data)
        result = CliRunner().invoke(app, [*arguments, str(file)])
    assert result.exception is None or isinstance(result.exception, SystemExit), (arguments, data)
    assert result.exit_code in _CODES
    return result.exit_code


verbs = st.sampled_from(["detect", "redact"])
flags = st.sampled_from([[], ["--jsonl"], ["--jsonl", "--lang", "sv"], ["--lang", "zz"]])


@settings(max_examples=60, deadline=None)
@given(verb=verbs, flag=flags, data=st.binary(max_size=80))
@example(verb="redact", flag=[], data=b"\xff\xfe\x00")
def test_any_bytes_are_answered_or_refused(verb: str, flag: list[str], data: bytes) -> None:
    answered([verb, *flag], data)


@settings(max_examples=100, deadline=None)
@given(verb=verbs, call=calls | values)
@example(verb="redact", call={"turns": [{"text": "\ud800 my card is 4111 1111 1111 1111"}]})
@example(verb="detect", call={"turns": [{"text": "x", "start": float("nan")}]})
@example(verb="redact", call={"\ud800": 1, "turns": [{"text": "a@example.com"}]})
def test_any_json_is_answered_or_refused(verb: str, call: object) -> None:
    answered([verb, "--jsonl"], json.dumps(call).encode() + b"\n")


@settings(max_examples=40, deadline=None)
@given(verb=verbs, said=texts)
def test_any_text_is_answered(verb: str, said: str) -> None:
    answered([verb], said.encode("utf-8", "surrogatepass"))


def test_what_is_fuzzed_is_read() -> None:
    assert answered(["detect", "--jsonl"], b'{"turns": []}\n') == 0
    assert answered(["redact", "--jsonl"], b"[]\n") == 1
