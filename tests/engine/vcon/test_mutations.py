"""The draft's own examples with members replaced: read or refused, never anything else."""

from __future__ import annotations

import contextlib
import copy
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from callward.engine.vcon import VconError, parse_vcon, recordings, transcript_of, write_vcon

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "vcons"
ODD: list[Any] = [
    None,
    True,
    -1,
    3,
    1.5,
    1e300,
    "",
    "x",
    "\x00",
    "[1",
    [],
    {},
    [[]],
    [None],
    {"a": 1},
    "0001-01-01T00:00:00+23:59",
]


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if place:
        yield place
    if isinstance(value, dict):
        for name in value:
            yield from _places(value[name], (*place, name))
    elif isinstance(value, list):
        for number in range(min(len(value), 3)):
            yield from _places(value[number], (*place, number))


def test_no_replaced_member_makes_anything_escape_but_a_vcon_error() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the sample vCons (../shared/corpora/vcons) are missing")
    documents = [orjson.loads(path.read_bytes()) for path in sorted(CORPUS.glob("ietf/*.vcon"))]
    chance = random.Random(20260701)
    read = 0
    for _ in range(600):
        document = copy.deepcopy(chance.choice(documents))
        place = chance.choice(list(_places(document)))
        target = document
        for step in place[:-1]:
            target = target[step]
        target[place[-1]] = copy.deepcopy(chance.choice(ODD))
        with contextlib.suppress(VconError):
            vcon = parse_vcon(orjson.dumps(document))
            read += 1
            for number in (None, *range(len(vcon.dialogs))):
                transcript_of(vcon, number)
            recordings(vcon)
            write_vcon(vcon)
    assert read > 100
