"""Names that no list holds, put together by rule: streets, employers, clinics, schools, brands, postcodes."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from training.gazetteers import Gazetteer
from training.inflect import inflect

_ENDS_OF_HEADS = ("", "", "wood", "field", "land", "ton", "ley")  # Oakwood, Westfield
_LISTS = Path(__file__).parent / "lists"


@cache
def _parts(code: str) -> dict[str, tuple[str, ...]]:
    """Return what a language builds names of: shapes, and the words that go into them."""
    parts: dict[str, str] = {}
    section = ""
    for line in (_LISTS / f"{code}_parts.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.startswith("#"):
            parts[section] = f"{parts.get(section, '')} {line}"
    return {name: tuple(entry.strip() for entry in text.split(",") if entry.strip()) for name, text in parts.items()}


def _fill(shape: str, code: str, names: Gazetteer, chance: random.Random) -> str:
    """Return the shape with its slots filled; each {s} draws a surname of its own."""
    parts = _parts(code)
    while shape.count("{s}") > 1:
        shape = shape.replace("{s}", names.surname.draw(chance), 1)
    second = chance.choice(parts["words"]).lower()
    return shape.format(
        w=chance.choice(parts["words"]),
        w2=second,
        l2=second,
        h=chance.choice(parts["street_heads"]),
        h2=chance.choice(parts["street_heads"]),
        l=chance.choice(_ENDS_OF_HEADS),
        e=chance.choice(parts["street_ends"]),
        t=chance.choice(parts["trades"]),
        g=names.given.draw(chance),
        s=names.surname.draw(chance),
        c=names.city.draw(chance),
        x=names.street.draw(chance),
        sv=names.surname.draw(chance).removesuffix("s"),
    )


def street(code: str, names: Gazetteer, chance: random.Random) -> str:
    """Return the name of a street."""
    if code in {"et", "ro"} and chance.random() < 0.35:
        name = names.street.draw(chance)
        return name if code == "et" else f"{chance.choice(_parts(code)['street_ends'])} {name}"
    name = _fill(chance.choice(_parts(code)["street_shapes"]), code, names, chance)
    return name[:1].upper() + name[1:] if code != "ro" else name


def organisation(code: str, names: Gazetteer, chance: random.Random) -> str:
    """Return an employer, a school, a clinic, a club."""
    return _fill(chance.choice(_parts(code)["org_shapes"]), code, names, chance)


def brand(code: str, names: Gazetteer, chance: random.Random) -> str:
    """Return the brand of an operator."""
    return _fill(chance.choice(_parts(code)["brand_shapes"]), code, names, chance)


def product(code: str, chance: random.Random) -> str:
    """Return a product."""
    return chance.choice(_parts(code)["products"])


def house_number(code: str, chance: random.Random) -> str:
    """Return a house number as it is written, most of them small."""
    number = str(min(int(chance.expovariate(1 / 28)) + 1, 480))
    draw = chance.random()
    if draw < 0.1:
        return number + chance.choice("abcdABC")
    if draw < 0.2 and code in {"et", "nl", "sv"}:
        return f"{number}-{chance.randint(1, 60)}"
    return number


def postcode(code: str, chance: random.Random) -> str:
    """Return something with the shape of a postcode."""
    letters = "ABCDEFGHJKLMNPRSTUWXYZ"

    def pick() -> str:
        return chance.choice(letters)

    if code == "sv":
        return f"{chance.randint(100, 989)} {chance.randint(10, 99)}"
    if code == "nl":
        return f"{chance.randint(1000, 9999)} {pick()}{pick()}"
    if code == "et":
        return str(chance.randint(10000, 99999))
    if code == "ro":
        return f"{chance.randint(10000, 999999):06}"
    return f"{pick()}{pick()}{chance.randint(1, 99)} {chance.randint(1, 9)}{pick()}{pick()}"


def inflected(code: str, text: str, case: str, kind: str, chance: random.Random) -> str:
    """Return a filled slot in a case: of a name with several parts, the one that takes the ending."""
    if kind == "name":
        given, _, surname = text.partition(" ")
        if code == "ro":
            if case == "gen" and not given.lower().endswith("a"):
                return f"lui {text}"
            return f"{inflect(code, given, case, 'given', chance)} {surname}".strip()
        return f"{given} {inflect(code, surname, case, 'surname', chance)}".strip()
    return inflect(code, text, case, kind, chance)
