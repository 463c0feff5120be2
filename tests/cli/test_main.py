"""The command line itself: verbs are listed without being loaded, and each refusal is one line."""

from __future__ import annotations

import ast
import gc
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callward import __version__
from callward.cli import main
from callward.engine.errors import Error


@pytest.fixture(autouse=True)
def _process_as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let what the command line sets for its process go with the test."""
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    yield
    gc.unfreeze()
    gc.enable()


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    code = "from callward.cli.main import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=False, timeout=300
    )


def test_help_names_every_engine_verb() -> None:
    shown = CliRunner().invoke(main.app, ["--help"]).output
    for verb in ("detect", "redact", "dtmf", "seal", "open", "verify", "witness", "vcon"):
        assert f" {verb} " in shown


def test_help_loads_neither_django_nor_an_engine() -> None:
    code = (
        "import sys\nfrom typer.testing import CliRunner\nfrom callward.cli.main import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "heavy = {'django', 'numpy', 'soundfile', 're2', 'cryptography', 'phonenumbers'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("given", "kept"), [({}, "1"), ({"OPENBLAS_NUM_THREADS": "2"}, "2")])
def test_a_verb_without_large_matrices_asks_for_no_threads_unless_told(given: dict[str, str], kept: str) -> None:
    code = (
        "import os\nfrom typer.testing import CliRunner\nfrom callward.cli.main import app\n"
        "assert CliRunner().invoke(app, ['detect', '--help']).exit_code == 0\n"
        "print(os.environ.get('OPENBLAS_NUM_THREADS'))"
    )
    bare = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300, env={**bare, **given}
    )
    assert done.stdout.strip() == kept


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(main.app, ["--version"]).output.strip() == f"callward {__version__}"


def test_redact_has_its_two_verbs() -> None:
    shown = CliRunner().invoke(main.app, ["redact", "--help"]).output
    assert "text" in shown
    assert "audio" in shown


@pytest.mark.parametrize("verb", main._VERBS)
def test_every_engine_verb_answers_for_help(verb: str) -> None:
    answer = CliRunner().invoke(main.app, [verb, "--help"])
    assert answer.exit_code == 0, answer.output


def test_help_breaks_its_lines_between_sentences() -> None:
    # After its first paragraph a help text is shown with the line breaks that it is written with.
    source = Path(main.__file__).parents[1]
    broken = [
        f"{path.relative_to(source)}: {line.strip()}"
        for path in (*source.glob("cli/*.py"), *source.glob("web/**/*verb*.py"))
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_")
        for paragraph in (ast.get_docstring(function) or "").split("\n\n")[1:]
        for line in paragraph.splitlines()[:-1]
        if not line.rstrip().endswith((".", ":"))
    ]
    assert broken == []


def test_an_unknown_verb_exits_with_two() -> None:
    done = _run("sing")
    assert done.returncode == 2
    assert "No such command" in done.stderr


def test_a_platform_verb_without_its_extra_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("ingest", "callward_test_of_a_missing_extra:verb", "callward.verbs")
    monkeypatch.setattr(main, "_entry_points", lambda group: [point])
    monkeypatch.setattr(main, "_WEB_EXTRA", frozenset({"callward_test_of_a_missing_extra"}))
    answer = CliRunner().invoke(main.app, ["ingest"])
    assert answer.exit_code == 2
    assert answer.stderr.strip() == "`callward ingest` needs the web extra: pip install 'callward[web]'"


_HIDDEN = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == {hidden!r}:
            raise ModuleNotFoundError(name=name)

sys.meta_path.insert(0, Hidden())
from callward.cli.main import main
main()
"""


@pytest.mark.parametrize(
    ("words", "hidden"),
    [
        (["init", "--controller", "Acme", "--administrator", "astrid"], "django"),
        (["serve"], "granian"),
        (["demo"], "django"),
        (["worker"], "django"),
        (["ingest", "calls"], "django"),
        (["doctor"], "django"),
    ],
    ids=lambda part: str(part[0]) if isinstance(part, list) else None,
)
def test_every_platform_verb_names_the_extra_that_it_lacks(words: list[str], hidden: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _HIDDEN.format(hidden=hidden), *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=tmp_path,
    )
    assert done.stderr == f"`callward {words[0]}` needs the web extra: pip install 'callward[web]'\n"
    assert (done.returncode, done.stdout, list(tmp_path.iterdir())) == (2, "", [])


def test_a_missing_module_that_is_no_extra_is_a_fault_and_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("ingest", "callward_test_of_a_missing_module:verb", "callward.verbs")
    monkeypatch.setattr(main, "_entry_points", lambda group: [point])
    monkeypatch.setattr(main, "_WEB_EXTRA", frozenset())
    assert isinstance(CliRunner().invoke(main.app, ["ingest"]).exception, ModuleNotFoundError)


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (Error("bad_key", "32 bytes are needed"), "callward: bad_key: 32 bytes are needed"),
        (ValueError("Dana's number"), "callward: a fault of ours: ValueError in"),
    ],
)
def test_a_refusal_is_one_line_and_exits_with_two(
    raised: Exception, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(**kwargs: object) -> None:
        raise raised

    monkeypatch.setattr(main, "app", fail)
    with pytest.raises(SystemExit) as end:
        main.main()
    told = capsys.readouterr().err
    assert end.value.code == 2
    assert told.startswith(said)
    assert told.count("\n") == 1
    assert "Dana" not in told


def test_a_thread_that_a_fault_ends_is_told_of_without_the_words_of_the_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ValueError("Dana's number")

    def run(**kwargs: object) -> None:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()

    monkeypatch.setattr(main, "app", run)
    with pytest.raises(SystemExit):
        main.main()
    told = capsys.readouterr().err
    assert told.startswith("callward: a fault of ours: ValueError in fail, line ")
    assert told.count("\n") == 1
    assert "Dana" not in told


def test_exit_codes_pass_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def leave(**kwargs: object) -> None:
        raise SystemExit(1)

    monkeypatch.setattr(main, "app", leave)
    with pytest.raises(SystemExit) as end:
        main.main()
    assert end.value.code == 1
