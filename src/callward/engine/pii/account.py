"""IBANs given in parts over several turns: written groups that go on where the last turn stopped."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from callward.engine.pii import checks
from callward.engine.pii.model import About, Evidence, Type
from callward.engine.pii.patterns import compiled
from callward.engine.pii.recognizers.iban import LENGTHS, MOD_97
from callward.engine.pii.scene import Draft, Scene

_BEGINNING = r"\b(?:" + "|".join(sorted(LENGTHS)) + r")[ ]?\d{2}(?:[ -]?[a-z0-9]{4}){0,7}(?:[ -]?[a-z0-9]{1,3})?\b"
_TURNS = 8
_MOST_WORDS = 40

_Word = tuple[int, int, str]


def find_split_ibans(scene: Scene) -> Iterator[Draft]:
    """Yield IBANs that begin in one turn and end in a later one of the same speaker.

    Mod 97 decides; where it fails, the exact length counts if the word IBAN was said.
    """
    script = scene.script
    for start, end in compiled(_BEGINNING).spans(script.data):
        if script.ends[script.turn(start)] - end > _MOST_WORDS:
            continue
        said = "".join(character for character in script.said(start, end) if character.isalnum())
        length = LENGTHS[said[:2]]
        if len(said) >= length:
            continue
        places, value = _go_on(scene, (start, end), said, length)
        if len(value) != length:
            continue
        support = scene.cues.support(Type.IBAN.value, start, end, 0.4)
        passed = checks.mod_97(value)
        if passed or support:
            check = Evidence("check", MOD_97 if passed else "failed", 0.6 if passed else 0.0)
            evidence = (Evidence("pattern", "IBAN in parts", 0.3), check, *((support,) if support else ()))
            yield Draft(Type.IBAN, places, "IBAN", False, value.upper(), evidence)


def _go_on(scene: Scene, first: tuple[int, int], said: str, length: int) -> tuple[tuple[tuple[int, int], ...], str]:
    """Add the runs of groups in the speaker's next turns until the IBAN has its length."""
    script = scene.script
    places, value = [first], said
    begun = script.turn(first[0])
    for turn in range(begun + 1, min(begun + 1 + _TURNS, len(script.starts))):
        if (
            script.speakers[turn] != script.speakers[begun]
            or script.speakers[turn] is About.OTHER
            or not _is_likely(scene, turn)
        ):
            continue
        run = _run(scene, turn, length - len(value))
        if run:
            places.append((run[0][0], run[-1][1]))
            value += "".join(word for _, _, word in run)
        if len(value) >= length:
            break
    return tuple(places), value


def _is_likely(scene: Scene, turn: int) -> bool:
    place = bisect_left(scene.likely, turn)
    return place < len(scene.likely) and scene.likely[place] == turn


def _run(scene: Scene, turn: int, missing: int) -> list[_Word]:
    """Return the first words of the turn that are groups of an account: with digits, or four letters beside such."""
    script = scene.script
    run: list[_Word] = []
    position = script.starts[turn]
    for raw in script.said(position, min(script.ends[turn], position + 200)).split(" ")[:_MOST_WORDS]:
        word = raw.strip(",.;-")
        start = position + raw.find(word) if word else position
        position += len(raw) + 1
        if not word:
            continue
        grouped = word.isalnum() and (any(character.isdigit() for character in word) or len(word) == 4)
        if not grouped or len(word) > missing:
            if any(character.isdigit() for _, _, kept in run for character in kept):
                break
            missing += sum(len(kept) for _, _, kept in run)
            run = []
            continue
        run.append((start, start + len(word), word))
        missing -= len(word)
    return run if any(character.isdigit() for _, _, kept in run for character in kept) else []
