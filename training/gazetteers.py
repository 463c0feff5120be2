"""Names and places that fill the slots: from the corpora's lists, widened by the lists beside this module.

They are training material. What is shipped are weights.
"""

from __future__ import annotations

import gzip
import random
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from zlib import crc32

_LISTS = Path(__file__).parent / "lists"
_CARRIERS = Path(__file__).parent / "carriers"
_HELD_OUT = 5  # one name in five is kept from training and used for measuring
_RARE = 0.45  # share of draws in which every name is as likely as every other


def read_names(path: Path) -> dict[str, float]:
    """Return the names of a list with the number of their bearers, one where it is not known."""
    if not path.exists():
        return {}
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
    names: dict[str, float] = {}
    for line in text.splitlines():
        name, _, count = line.strip().partition("\t")
        if name and not name.startswith(("#", "?")):
            names[name] = max(names.get(name, 0.0), float(count or 0))
    least = 0.1 if any(names.values()) else 1.0  # names without a count are rarer than any with one
    return {name: count or least for name, count in names.items()}


def read_words(path: Path) -> list[str]:
    """Return the entries of a list of our own: parted by commas or lines, ``#`` begins a remark."""
    if not path.exists():
        return []
    lines = [line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
    return [entry.strip() for line in lines for entry in line.split(",") if entry.strip()]


def read_running(code: str) -> dict[str, int]:
    """Return ordinary words of a language with about how often they are said, from the list of running text."""
    counts: dict[str, int] = {}
    often = 1
    for line in (_LISTS / f"{code}_running.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            often = int(line.strip("[]"))
        elif not line.startswith("#"):
            counts.update(dict.fromkeys(line.split(), often))
    return counts


def is_held_out(name: str) -> bool:
    """Say whether a name is kept from training; the same name always is."""
    return crc32(name.lower().encode()) % _HELD_OUT == 0


@dataclass(frozen=True, slots=True)
class Pool:
    """Names to draw from: half of the time by the root of their number of bearers, otherwise each alike."""

    names: tuple[str, ...]
    sums: tuple[float, ...]

    @classmethod
    def of(cls, counted: dict[str, float]) -> Pool:
        """Return a pool of names with their bearers."""
        names = tuple(sorted(counted))
        return cls(names, tuple(accumulate(counted[name] ** 0.6 for name in names)))

    def draw(self, chance: random.Random) -> str:
        """Return a name."""
        if chance.random() < _RARE:
            return chance.choice(self.names)
        return self.names[bisect_right(self.sums, chance.random() * self.sums[-1])]

    def split(self) -> tuple[Pool, Pool]:
        """Return the names to train with, and those held out."""
        weights = dict(zip(self.names, self.sums, strict=True))
        previous, counts = 0.0, {}
        for name in self.names:
            counts[name], previous = (weights[name] - previous) ** (1 / 0.6), weights[name]
        kept = {name: count for name, count in counts.items() if not is_held_out(name)}
        return Pool.of(kept), Pool.of({name: count for name, count in counts.items() if name not in kept} or kept)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All the pools of one language."""

    given: Pool
    surname: Pool
    city: Pool
    village: Pool
    street: Pool
    country: tuple[str, ...]

    def split(self) -> tuple[Gazetteer, Gazetteer]:
        """Return the gazetteer to train with and the one held out."""
        given, surname, city = self.given.split(), self.surname.split(), self.city.split()
        village, street = self.village.split(), self.street.split()
        return (
            Gazetteer(given[0], surname[0], city[0], village[0], street[0], self.country),
            Gazetteer(given[1], surname[1], city[1], village[1], street[1], self.country),
        )


def _named(names: Iterable[str], weight: float) -> dict[str, float]:
    return dict.fromkeys(names, weight)


def _marked(code: str, kind: str) -> list[str]:
    """Return the names that a carriers file declares in its remarks (``#: surname A, B``)."""
    lines = (_CARRIERS / f"{code}.txt").read_text("utf-8").splitlines()
    marked = [line.removeprefix(f"#: {kind} ") for line in lines if line.startswith(f"#: {kind} ")]
    return [entry.strip() for line in marked for entry in line.split(",") if entry.strip()]


def _plain_name(name: str) -> bool:
    return bool(re.fullmatch(r"[^\W\d_]+(?:[ '\u2019.-]{1,2}[^\W\d_]+)*", name))


def load(code: str, folder: Path) -> Gazetteer:
    """Return the gazetteer of a language: the corpora's lists in ``folder``, and our own."""
    pools: dict[str, Pool] = {}
    for kind in ("given", "surname", "place", "street"):
        counted = read_names(folder / f"{code}_{kind}.txt.gz")
        own = _named([*read_words(_LISTS / f"{code}_{kind}.txt"), *_marked(code, kind)], _typical(counted))
        counted = {name: count for name, count in (counted | own).items() if _plain_name(name) and len(name) > 1}
        if kind in {"given", "surname"}:
            counted |= _foreign(code, kind, folder, counted)
        pools[kind] = Pool.of(counted or {"Park": 1.0})
    places = pools["place"]
    countries = tuple(sorted(name for name in read_names(folder / f"{code}_country.txt.gz") if _plain_name(name)))
    return Gazetteer(pools["given"], pools["surname"], places, places, pools["street"], countries)


def _typical(counted: dict[str, float]) -> float:
    """Return the number of bearers that a name of our own lists counts as: that of a common name."""
    ordered = sorted(counted.values(), reverse=True)
    return ordered[min(len(ordered) - 1, 200)] if ordered else 1.0


def _foreign(code: str, kind: str, folder: Path, own: dict[str, float]) -> dict[str, float]:
    """Return names of everywhere else: callers come from all over the world. They weigh a sixth of the whole."""
    found: dict[str, float] = dict.fromkeys(filter(_plain_name, read_words(_LISTS / f"xx_{kind}.txt")), 1.0)
    chance = random.Random(f"{code} {kind}")
    for other in ("en", "et", "nl", "ro", "sv"):
        if other != code:
            names = sorted(read_names(folder / f"{other}_{kind}.txt.gz").items(), key=lambda item: -item[1])[:1500]
            found |= dict.fromkeys(
                (name for name, _ in chance.sample(names, min(len(names), 100)) if _plain_name(name)), 1.0
            )
    whole = sum(count**0.6 for count in own.values())
    share = (whole / 6 / max(1, len(found))) ** (1 / 0.6)
    return {name: share for name in found if name not in own}
