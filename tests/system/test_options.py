"""Options of a run that make no sense end it with one line, before the first call is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from bad_calls import CALLS
from platform_home import Home

pytest.importorskip("django", reason="the web extra is not installed")


def test_senseless_options_of_a_run_end_it_before_it_starts(tmp_path: Path) -> None:
    with Home(tmp_path) as home:
        for words, code in (
            (["--tz", "Nowhere/Zone"], "facts_zone"),
            (["--line", "no-such-line"], "line_unknown"),
            (["--pattern", "{nobody}"], "pattern"),
            (["--controller", "nobody"], "controller_missing"),
        ):
            ended = home.run("ingest", CALLS / "en-health-03.mp3", *words)
            assert (ended.code, ended.out) == (2, "")
            assert ended.err.startswith(f"callward: {code}: ")
            assert ended.err.count("\n") == 1
        assert home.run("ingest", CALLS / "en-health-03.mp3", "--json").told["found"] == 1
