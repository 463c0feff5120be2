"""Every parser against bytes that a fuzzer thinks of, led by what code they reach: hours of it, if given hours.

Seconds for each parser come from CALLWARD_FUZZ_SECONDS (60). What made one fail is kept in the folder that the failure
names.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

pytest.importorskip("atheris", reason="atheris is not installed: pip install -r requirements/fuzz.txt")

_PROGRAM = Path(__file__).with_name("parsers.py")
_SECONDS = int(os.environ.get("CALLWARD_FUZZ_SECONDS", "60"))
_ROOT = Path(__file__).parents[2]
_CALLS, _SYSTEMS, _VECTORS = _ROOT / "samples" / "calls", _ROOT / "samples" / "systems", _ROOT / "tests" / "vectors"
_HEAD = 30_000  # bytes: what a fuzzer changes in the middle of a long recording says little

# What each parser begins from; the others begin from nothing and find their way.
_BEGINNINGS: dict[str, tuple[Path, Sequence[str]]] = {
    "transcript": (_CALLS, ("*.vtt", "*.srt", "*-0?.json")),
    "vcon": (_CALLS, ("*.vcon.json",)),
    "recording": (_CALLS, ("*.wav", "*.flac", "*.mp3", "*.ogg")),
    "call_file": (_CALLS, ("*.call.json",)),
    "manifest": (_CALLS, ("*.csv",)),
    "records_json": (_SYSTEMS, ("**/*.json",)),
    "records_csv": (_SYSTEMS, ("**/*.csv",)),
    "records_xml": (_SYSTEMS, ("**/*.xml",)),
    "note": (_VECTORS / "c2sp", ("notes.json",)),
    "add_checkpoint": (_VECTORS / "c2sp", ("add_checkpoint.json",)),
}
_PARSERS = re.findall(r'^    "(\w+)":', _PROGRAM.read_text(), re.MULTILINE)


@pytest.fixture
def corpus(parser: str, tmp_path: Path) -> Path:
    """The parser's beginnings in a folder of their own, as the fuzzer adds to it."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    place, names = _BEGINNINGS.get(parser, (_CALLS, ()))
    begun = sorted(path for name in names for path in place.glob(name))
    assert bool(begun) == bool(names)
    for number, path in enumerate(begun):
        (folder / str(number)).write_bytes(path.read_bytes()[:_HEAD])
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("parser", _PARSERS)
def test_any_bytes_are_read_or_refused(parser: str, corpus: Path, tmp_path: Path) -> None:
    limits = [f"-max_total_time={_SECONDS}", "-rss_limit_mb=2500", "-timeout=20", f"-artifact_prefix={tmp_path}/"]
    command = [sys.executable, str(_PROGRAM), parser, str(corpus), *limits]
    done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS + 300)
    told = done.stderr.decode(errors="replace")
    assert done.returncode == 0, f"{told[-3000:]}\nkept in {tmp_path}"
    assert int(re.findall(r"Done (\d+) runs", told)[-1]) > 0
