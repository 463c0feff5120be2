"""The pseudonym: a name for a name, the same wherever the key is the same, and a short mark for everything else."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from callward.engine.pii.model import PiiError, Type
from callward.engine.pii.operators import NEVER_SHOWN, Place
from callward.engine.pii.stand_ins import StandIns, form_of, stand_ins
from callward.engine.pii.text import fold

_MARK_LENGTH = 6
_SHORTEST = 3  # letters of a name of which forms are told apart
_LONG_NAME = 6
_ENDINGS = frozenset({"s", "le", "lle", "ga", "st", "sse", "lt"})
_SHORT_ENDINGS = frozenset({"e", "i", "t", "l"})  # beside a short name they make another one: Mari, Marit
_WORD = re.compile(r"[a-z0-9']+")


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """Put another name for a name, ``[PERSON Karin Lindberg]``, and six hexadecimal digits for the rest.

    Each word of a name has its own stand-in: whoever is "Anna Svensson" first and "Anna" or "Svensson" later stays
    recognisable. Stand-ins are of ``language`` (ISO 639-1) and keep the form of a given name that is known to be
    a woman's or a man's. They come from an HMAC-SHA-256 under the key, so they cannot be traced without it. Two
    people may get one name: pseudonyms tell roles apart, they do not count people.
    Raises PiiError ``key_missing`` without a key.
    """

    language: str | None = None

    def __call__(self, place: Place, key: bytes | None) -> str:
        if not key:
            raise PiiError("key_missing", "the pseudonym operator needs a key")
        kind = place.finding.type
        if kind in NEVER_SHOWN:
            return f"[{kind}]"
        said = _base(_words(place.finding.value), place.named) if kind is Type.PERSON else []
        if said:
            return f"[{kind} {' '.join(_stand_in(said, place.named, stand_ins(self.language), key))}]"
        return f"[{kind} {_drawn(key, kind, place.finding.value).hex()[:_MARK_LENGTH]}]"


def _words(value: str) -> list[str]:
    return [word.removesuffix("'s") for word in _WORD.findall(fold(value).decode("latin-1"))]


def _base(said: list[str], named: tuple[str, ...]) -> list[str]:
    """Put letters that were spelled together, and each word that is a form of a name of the call into that name.

    "Annas", "Kadrile" and "Andreei" are Anna, Kadri and Andreea where the call names those. A word is no form of
    another one of the same name: Andersson is not the genitive of Anders.
    """
    if len(said) > 2 and all(len(letter) == 1 for letter in said):
        said = ["".join(said)]
    known = sorted({word for one in named for word in _words(one)} - set(said))
    return [next((other for other in known if _is_form(word, other)), word) for word in said]


def _is_form(word: str, name: str) -> bool:
    """Say whether ``word`` is ``name`` with a case ending, or the Romanian genitive of a name in -a."""
    if name.endswith("a") and len(name) > _SHORTEST and word in (name[:-1] + "i", name[:-1] + "ei"):
        return True
    ending = word.removeprefix(name)
    if ending == word or len(name) < _SHORTEST:
        return False
    return ending in _ENDINGS or (ending in _SHORT_ENDINGS and len(name) >= _LONG_NAME)


def _stand_in(said: list[str], named: tuple[str, ...], names: StandIns, key: bytes) -> list[str]:
    """Return a given name, a surname, or one of each; more words than two change nothing."""
    given = None if len(said) == 1 and _is_surname(said[0], named) else said[0]
    surname = said[-1] if len(said) > 1 or given is None else None
    stand_in = []
    if given is not None:
        pool = getattr(names, form_of(given))
        stand_in.append(_pick(pool, key, "given", given))
    if surname is not None:
        stand_in.append(_pick(names.surnames, key, "surname", surname))
    return stand_in


def _is_surname(word: str, named: tuple[str, ...]) -> bool:
    """Say whether somebody in the call is called so after another name, and nobody before one."""
    others = [said for said in map(_words, named) if len(said) > 1]
    return any(said[-1] == word for said in others) and not any(said[0] == word for said in others)


def _pick(pool: tuple[str, ...], key: bytes, role: str, word: str) -> str:
    """Draw a name from the pool; nobody stands in for themselves."""
    others = [name for name in pool if fold(name).decode("latin-1") != word]
    return others[int.from_bytes(_drawn(key, role, word)[:8], "big") % len(others)]


def _drawn(key: bytes, label: str, value: str) -> bytes:
    return hmac.new(key, f"pseudonym\x00{label}\x00{value}".encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
