"""What the documents say about the code is held against the code."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import callward
from callward.cli.main import app

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("samples/*.md")]
)
TRACED = ("docs/architecture.md", "docs/request-flow.md", "docs/threat-model.md")
_SYMBOL = re.compile(r"`(callward(?:\.\w+)+)`")
_LINK = re.compile(r"\]\(([^)\s#]+)[^)]*\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_HELP = re.compile(r"```text\n\$ (callward[^\n]*--help)\n\n(.*?)\n```", re.DOTALL)
_RESOLVE = """
import importlib, sys
from callward.web import start
start()
for name in sys.argv[1:]:
    parts, found = name.split("."), None
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            found = getattr(found, attribute, None)
        break
    if found is None:
        print(name)
"""


def test_every_symbol_that_the_documents_name_exists(tmp_path: Path) -> None:
    pytest.importorskip("django", reason="the web extra is not installed")
    named = sorted({name for path in TRACED for name in _SYMBOL.findall((ROOT / path).read_text("utf-8"))})
    assert len(named) > 60
    command = [sys.executable, "-c", _RESOLVE, *named, "callward.there_is_no_such_thing"]
    environment = {**os.environ, "CALLWARD_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "callward.web.settings"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["callward.there_is_no_such_thing"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_to_a_file_leads_somewhere(document: str) -> None:
    path = ROOT / document
    text = _CODE.sub("", path.read_text("utf-8"))
    links = [link for link in _LINK.findall(text) if not re.match(r"https?:|mailto:", link)]
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_readme_shows_the_help_that_the_command_prints() -> None:
    pytest.importorskip("django", reason="the web extra is not installed")
    shown = _HELP.findall((ROOT / "README.md").read_text("utf-8"))
    assert shown
    for command, printed in shown:
        assert printed.split("\n") == _help(command.split()[1:])


def _help(words: list[str]) -> list[str]:
    code = "from callward.cli.main import main; main()"
    environment = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    lines = [line.rstrip() for line in done.stdout.replace("-c [OPTIONS]", "callward [OPTIONS]").split("\n")]
    return "\n".join(lines).strip("\n").split("\n")


def _commands() -> list[str]:
    """Each callward command that the documents name, in a block of code or in a line, once."""
    texts = [path.read_text("utf-8") for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]]
    lines = [line.strip().split("  #")[0] for text in texts for line in text.splitlines()]
    inline = [code for text in texts for code in re.findall(r"`(callward [^`\n]+)`", text)]
    return sorted({line for line in [*lines, *inline] if re.match(r"callward [a-z]", line)})


def test_every_option_of_the_documents_commands_exists() -> None:
    pytest.importorskip("django", reason="the web extra is not installed")
    commands = _commands()
    assert len(commands) > 60
    known: dict[tuple[str, ...], set[str]] = {}
    for command in commands:
        words = tuple(itertools.takewhile(lambda word: re.fullmatch(r"[a-z-]+", word), command.split()[1:3]))
        for verb in (words, words[:1]):
            if verb not in known:
                shown = CliRunner().invoke(app, [*verb, "--help"], env={"COLUMNS": "200"})
                known[verb] = set(re.findall(r"--[a-z][a-z-]+", shown.output)) if shown.exit_code == 0 else set()
            if known[verb]:
                break
        assert known[verb], f"no such verb: {command}"
        assert set(re.findall(r"--[a-z][a-z-]+", command)) <= known[verb], command


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 150


def test_the_readme_names_the_two_commands() -> None:
    readme, makefile = (ROOT / "README.md").read_text("utf-8"), (ROOT / "Makefile").read_text("utf-8")
    for target in ("run", "test"):
        assert f"make {target} " in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_the_newest_change_is_of_this_version() -> None:
    headings = re.findall(r"^## \[?([0-9][^\s\]]*)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == callward.__version__


def test_every_setting_of_the_administrators_guide_is_read() -> None:
    guide = (ROOT / "docs/guides/administrator.md").read_text("utf-8")
    places = ("settings.py", "transport.py", "databases.py", "keys/configured.py")
    settings = "".join((ROOT / "src/callward/web" / place).read_text("utf-8") for place in places)
    named = set(re.findall(r"`(CALLWARD_\w+)`", guide))
    assert len(named) > 4
    assert {name for name in named if f'"{name}"' not in settings} == set()


@pytest.mark.parametrize("document", [path for path in DOCUMENTS if path.startswith("docs/")])
def test_a_document_has_one_sentence_a_line(document: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / document).read_text("utf-8"), flags=re.DOTALL)
    prose = [line for line in text.splitlines() if line and not line.startswith(("|", "    "))]
    # Several sentences may stand in one item of a list; a paragraph's line is one sentence.
    paragraphs = [line for line in prose if not re.match(r"\s*(?:[-*]|\d+\.) |\s{2,}|#", line)]
    assert [line for line in paragraphs if re.search(r"[a-z)][.!?] [A-Z]", line)] == []
