"""Codes of letters and digits that are spelled out: plates, passports, postcodes, licences, customer numbers.

The rows that say what a whole code looks like (``Recognizer.spelled``) are asked about the runs of signs that
``spelling`` reads: about each run, about stretches of it, and about runs of one speaker over several turns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from callward.engine.pii.cues import ORDINARY
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.numerals import Gap
from callward.engine.pii.patterns import Shapes
from callward.engine.pii.recognizer import Candidate, Recognizer, alphanumeric, total
from callward.engine.pii.recognizers import RECOGNIZERS
from callward.engine.pii.recognizers.everywhere import SPELLED, code
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.spelling import Run, Sign

_ROWS = tuple(row for row in RECOGNIZERS if row.spelled)
_TYPES = tuple(dict.fromkeys(row.type for row in _ROWS))
_EVERY = frozenset(range(len(_ROWS)))
_OF_TYPE = {kind: frozenset(number for number, row in enumerate(_ROWS) if row.type is kind) for kind in _TYPES}
_UNASKED = frozenset(number for number, row in enumerate(_ROWS) if not row.need_context)
_WITH_LENGTHS = frozenset(number for number, row in enumerate(_ROWS) if row.lengths)
KINDS = frozenset(row.type.value for row in _ROWS)
_REACH = 6  # turns between two parts of a code
_MOST_PARTS = 5
_MOST_READINGS = 12
_MOST_AMBIGUOUS = 20  # signs; a longer row is read as it was said
_ALL_STRETCHES = 16  # signs of a run of which every stretch is looked at
_LEAST_ALONE = 5  # characters of a code that nothing announced
_LEAST_SAID = 4  # characters of a code in part
_LEAST_DIGITS = 2  # of a code in part: "two l's" is how a name is spelled
_SURE = 0.3
_GLANCE = 12
_FEW_LEFT = 2  # signs
_CUT = -0.2  # what it costs that such signs were left out beside a code
_LONGEST_CUE = 40  # characters
_WORD_OR_TWO = 12  # characters: "mm-hm", "and then"
_FEW = 4  # characters beside a run that fills its turn: "yes", a full stop
_ASIDE = 25  # characters that may stand beside a part of a code in its turn
_IN_PART = Evidence("form", "spelled, of unknown shape", 0.2)


class _Part(NamedTuple):
    """Signs ``[first, last)`` of a run."""

    run: Run
    first: int
    last: int

    @property
    def signs(self) -> tuple[Sign, ...]:
        return self.run.signs[self.first : self.last]

    @property
    def length(self) -> int:
        return self.run.signs[self.last - 1].end - self.run.signs[self.first].start


def code_runs(scene: Scene) -> list[Run]:
    """Return what is spelled out, without the signs that are part of an announcement."""
    return [run for run in (_behind_cue(scene, one) for one in scene.runs(KINDS)) if run.signs]


def find_codes(scene: Scene, runs: list[Run]) -> list[Draft]:
    """Find what is spelled out with letters in it and has the shape of a row, announced or plain to see."""
    return _find(scene, runs, lambda run: not run.text.isdigit())


def find_announced_digits(scene: Scene, runs: list[Run]) -> list[Draft]:
    """Find the codes of digits alone that a word announces and no other reader of the digit stream has taken."""

    def wanted(run: Run) -> bool:
        pieces = scene.within(run.start, run.end)
        return run.text.isdigit() and not any(piece.ordinary or scene.taken(piece) for piece in pieces)

    return _find(scene, runs, wanted)


def _find(scene: Scene, runs: list[Run], wanted: Callable[[Run], bool]) -> list[Draft]:
    found: list[Draft] = []
    ends = -1
    for place, run in enumerate(runs):
        if run.start < ends or not wanted(run):
            continue
        one = _best(scene, runs, place)
        if one is not None:
            found.append(one)
            ends = one.places[-1][1]
            _take(scene, one)
    return found


def _behind_cue(scene: Scene, run: Run) -> Run:
    """Return the run without its first signs that are part of an announcement: "member ID", "V I N"."""
    cues = scene.cues.within(max(scene.script.starts[run.turn], run.start - _LONGEST_CUE), run.end)
    first = 0
    while first < len(run.signs) and any(cue.start <= run.signs[first].start < cue.end for cue in cues):
        first += 1
    return Run(run.turn, run.signs[first:]) if first else run


def _best(scene: Scene, runs: list[Run], place: int) -> Draft | None:
    run = runs[place]
    support = _announced(scene, run)
    if not support and all(sign.weak or not sign.letters for sign in run.signs):
        return None
    if run.text.isdigit():
        rows = frozenset[int]().union(*(_OF_TYPE[kind] for kind in support)) - _WITH_LENGTHS
    else:
        rows = _EVERY if scene.strict else _UNASKED.union(*(_OF_TYPE[kind] for kind in support))
    cut = rows - _only_whole(scene.threshold)
    asked = frozenset[int]().union(*(_OF_TYPE[kind] for kind in support))
    best = _Best(scene, run)
    within = rows & _occurring(run.signs)
    for stretch in _stretches(run) if within else ():
        if stretch.length <= best.enough:
            continue
        fit = within & cut if _cut([stretch]) else within
        if fit and (not fit.isdisjoint(asked) or _is_no_talk(stretch.signs)):
            best.take(_whole(scene, fit, [stretch], support))
    for kind, evidence in support.items():
        if evidence.weight >= _SURE:
            parts = _follow(scene, runs, place, kind)
            for count in range(len(parts), 1, -1):
                alone = all(_fills_its_turn(scene, part.run) for part in parts[1:count])
                fit = frozenset(n for n in rows & _OF_TYPE[kind] if alone or _ROWS[n].spelled != SPELLED)
                best.take(_whole(scene, fit, parts[:count], support))
    return best.draft or _in_part(scene, run, support)


class _Best:
    """The draft that ranks first: by its score, then what the word before names, then without a filler, the longest."""

    __slots__ = ("_near", "_rank", "_scene", "draft", "enough")

    def __init__(self, scene: Scene, run: Run) -> None:
        self._scene = scene
        self._near = frozenset(cue.kind for cue in scene.cues.before(run.start)[-1:])
        self._rank: tuple[float, bool, bool, int] = (-1.0, False, False, 0)
        self.draft: Draft | None = None
        self.enough = -1
        """Nothing that is no longer than this can rank before the draft."""

    def take(self, drafts: Iterator[Draft]) -> None:
        """Keep the first of ``drafts`` that ranks before all until now."""
        for one in drafts:
            rank = (one.score, one.type in self._near, *_rank(self._scene, one))
            if rank > self._rank:
                self.draft, self._rank = one, rank
                self.enough = rank[3] if rank[:3] == (1.0, True, True) else -1


@cache
def _only_whole(threshold: float) -> frozenset[int]:
    """Return the rows that can be worth enough only where they have all signs of their run."""
    return frozenset(
        number
        for number, row in enumerate(_ROWS)
        if row.score + row.context + max(0.0, row.passed, row.failed) + _CUT < threshold
        and row.assess in (code, alphanumeric)
    )


def _rank(scene: Scene, draft: Draft) -> tuple[bool, int]:
    """Rank what begins with a code before what begins with a filler that is a letter's name too, then the longer."""
    start = draft.places[0][0]
    first = scene.script.said(start, start + _GLANCE).split(" ", 1)[0]
    return first not in scene.language.fillers, sum(end - start for start, end in draft.places)


def _announced(scene: Scene, run: Run) -> dict[Type, Evidence]:
    """Return the types that a word beside the run or a question announces, with what it is worth to a row of 0.4."""
    found: dict[Type, Evidence] = {}
    near = scene.cues.around(run.turn)
    for kind in _TYPES:
        evidence = scene.cues.support(kind.value, run.start, run.end, 0.4) if kind in near else None
        if evidence is not None:
            found[kind] = evidence
    return found


def _stretches(run: Run) -> Iterator[_Part]:
    """Yield the whole run, then what is left of it without signs at its ends."""
    count = len(run.signs)
    if count <= _ALL_STRETCHES:
        for size in range(count, 0, -1):
            for first in range(count - size + 1):
                yield _Part(run, first, first + size)
        return
    for first in range(_ALL_STRETCHES // 2):
        for last in range(count, max(first, count - _ALL_STRETCHES), -1):
            yield _Part(run, first, last)
        for last in range(first + 1, min(count, first + _ALL_STRETCHES)):
            yield _Part(run, first, last)


def _follow(scene: Scene, runs: list[Run], place: int, kind: Type) -> list[_Part]:
    """Return the run and what may be the rest of its code: later runs of the same speaker."""
    first = runs[place]
    speaker = scene.script.speakers[first.turn]
    parts = [_Part(first, 0, len(first.signs))]
    for run in runs[place + 1 : place + 4 * _MOST_PARTS]:
        last = parts[-1].run
        if run.turn - last.turn > _REACH or len(parts) >= _MOST_PARTS:
            break
        if scene.script.speakers[run.turn] != speaker:
            continue
        if run.turn != last.turn and not _goes_on(scene, last, run):
            break
        since = last.end if run.turn == last.turn else scene.script.ends[last.turn]
        between = scene.cues.within(since, run.start)
        again = any(scene.script.turn(cue.start) == run.turn for cue in between)
        if again or (between and between[-1].kind != kind):
            break
        if run.text != last.text:
            parts.append(_Part(run, 0, len(run.signs)))
    return parts


def _goes_on(scene: Scene, last: Run, run: Run) -> bool:
    """Say whether one run ends its turn and the other begins its own: nothing else was said between."""
    script = scene.script
    return script.ends[last.turn] - last.end <= _ASIDE and run.start - script.starts[run.turn] <= _ASIDE


def _fills_its_turn(scene: Scene, run: Run) -> bool:
    """Say whether the turn is the run alone, after a word or two: what has no known length goes on in such turns."""
    script = scene.script
    if run.turn and script.ends[run.turn - 1] - script.starts[run.turn - 1] > _WORD_OR_TWO:
        return False
    return run.start - script.starts[run.turn] <= _FEW and script.ends[run.turn] - run.end <= _FEW


def _readings(signs: Sequence[Sign]) -> list[str]:
    """Return what the signs may say: as they stand, without what was taken back, with the other readings of each."""
    if not any(sign.others or sign.gap == Gap.CORRECTED for sign in signs):
        return ["".join([sign.text for sign in signs])]
    texts = []
    for place, sign in enumerate(signs):
        if place and sign.gap == Gap.CORRECTED:
            kept = [(*signs[: place - dropped], *signs[place:]) for dropped in range(1, min(place, 4) + 1)]
            texts += ["".join(one.text for one in row) for row in kept]
    texts.append("".join(sign.text for sign in signs))
    ambiguous = [place for place, sign in enumerate(signs) if sign.others] if len(signs) <= _MOST_AMBIGUOUS else []
    for place in ambiguous[:_MOST_READINGS]:
        around = "".join(sign.text for sign in signs[:place]), "".join(sign.text for sign in signs[place + 1 :])
        texts += [other.join(around) for other in signs[place].others[:2]]
    if len(ambiguous) > 1:
        texts.append("".join(sign.others[0] if sign.others else sign.text for sign in signs))
    return list(dict.fromkeys(texts))


@cache
def _shapes() -> Shapes:
    return Shapes(row.spelled for row in _ROWS)


def _occurring(signs: Sequence[Sign]) -> frozenset[int]:
    """Return the rows whose shape some stretch of the signs may have: every one where too much may have been said.

    What a stretch may say is a part of what all the signs may say, unless something was taken back.
    """
    ambiguous = sum(bool(sign.others) for sign in signs)
    much = len(signs) > _MOST_AMBIGUOUS or ambiguous > _MOST_READINGS
    if much or any(sign.gap == Gap.CORRECTED for sign in signs):
        return _EVERY
    return frozenset[int]().union(*(_shapes().inside(text.encode("latin-1", "replace")) for text in _readings(signs)))


def _whole(
    scene: Scene, rows: frozenset[int], parts: Sequence[_Part], support: dict[Type, Evidence]
) -> Iterator[Draft]:
    """Yield the rows whose shape the parts have under any reading, if they are worth enough."""
    if not rows:
        return
    signs = [sign for part in parts for sign in part.signs]
    for text in _readings(signs):
        for number in sorted(_shapes().whole(text.encode("latin-1", "replace"))):
            row = _ROWS[number]
            if number in rows and not (text.isdigit() and row.lengths):
                one = _weighed(scene, row, text, parts, support.get(row.type))
                if one is not None:
                    yield one


def _weighed(
    scene: Scene, row: Recognizer, text: str, parts: Sequence[_Part], support: Evidence | None
) -> Draft | None:
    signs = [sign for part in parts for sign in part.signs]
    if (support is None and not _plain_to_see(signs, text)) or _ends_in_talk(signs, text, row):
        return None
    weighed = row.weigh(Candidate(text, scene.countries))
    if weighed is None or weighed.length not in (None, len(text)):
        return None
    start, end = signs[0].start, signs[-1].end
    counted = text.isdigit() and any(piece.ordinary for piece in scene.within(start, end))
    if counted or (row.assess is code and scene.is_day(start, end)):
        return None
    if row.spelled == SPELLED and any(cue.kind == ORDINARY for cue in scene.cues.before(start)[-1:]):
        return None  # "my claim is 88120-C, policy ...": the word before names it, the one behind names the next
    if support is not None:
        support = Evidence(support.kind, support.detail, round(support.weight / 0.4 * row.context, 3))
    against = None if support else scene.cues.opposition(start, row.ordinary)
    more = (support, against, _cut(parts))
    evidence = (*weighed.evidence, *(one for one in more if one is not None and one.weight))
    if total(evidence) < scene.threshold or end <= start:
        return None
    places: list[tuple[int, int]] = []
    for part in parts:
        begin, last = part.signs[0].start, part.signs[-1].end
        beside = bool(places) and begin - places[-1][1] <= _ASIDE and parts[0].run.turn == part.run.turn
        places.append((places.pop()[0], last) if beside else (begin, last))
    return Draft(row.type, tuple(places), row.name, any(sign.spoken for sign in signs), weighed.value, evidence)


def _ends_in_talk(signs: Sequence[Sign], text: str, row: Recognizer) -> bool:
    """Say whether the first or last sign is a word like "a" that is no part of the value, or of a shape that ends."""
    first, last = signs[0], signs[-1]
    spelled = len(signs) > 1 and signs[1].letters and len(signs[1].text) == 1  # "a b 55" begins with a letter
    lead = (
        first.weak and first.letters and ((row.spelled == SPELLED and not spelled) or not text.startswith(first.text))
    )
    return lead or (last.weak and last.letters and (row.spelled == SPELLED or not text.endswith(last.text)))


def _plain_to_see(signs: Sequence[Sign], text: str) -> bool:
    """Say whether the signs are a code without anybody saying so: long enough, and no words of ordinary talk."""
    return len(text) >= _LEAST_ALONE and not text.isdigit() and _is_no_talk(signs)


def _is_no_talk(signs: Sequence[Sign]) -> bool:
    """Say whether the signs follow each other with no words of ordinary talk among them but one."""
    return (
        len(signs) > 1
        and any(sign.letters and not sign.weak for sign in signs)
        and sum(sign.weak for sign in signs) <= 1
        and all(sign.gap in (Gap.PLAIN, Gap.START) for sign in signs[1:])
    )


def _cut(parts: Sequence[_Part]) -> Evidence | None:
    """Return what it costs that signs which belong to the runs in plain sight were left out beside the parts."""
    left = 0
    for run, first, last in parts:
        signs = run.signs
        if first and signs[first].gap == Gap.PLAIN:
            left += _beside(signs[first - 1 :: -1], signs[first].gap)
        if last < len(signs) and signs[last].gap == Gap.PLAIN:
            left += _beside(signs[last:], None)
    return Evidence("form", "cut out of more", 2 * _CUT if left > _FEW_LEFT else _CUT) if left else None


def _beside(signs: Sequence[Sign], gap: Gap | None) -> int:
    """Count the signs, nearest first, that nothing parts from what stands before them, without the weak ones."""
    count = 0
    for sign in signs:
        if (gap if gap is not None else sign.gap) != Gap.PLAIN:
            break
        gap = sign.gap if gap is not None else None
        count += not sign.weak
    return count


def _in_part(scene: Scene, run: Run, support: dict[Type, Evidence]) -> Draft | None:
    """Take a run that was asked for and has the shape of nothing known: a letter of it was misheard."""
    kind, evidence = max(support.items(), key=lambda item: item[1].weight, default=(None, None))
    if kind is None or evidence is None or evidence.weight < _SURE:
        return None
    signs = list(run.signs)
    while signs and signs[-1].weak:
        signs.pop()
    while signs and signs[0].weak:
        signs.pop(0)
    text = "".join(sign.text for sign in signs)
    if all(sign.weak or sign.text.isdigit() for sign in signs):
        return None
    if len(text) < _LEAST_SAID or text.isdigit() or sum(character.isdigit() for character in text) < _LEAST_DIGITS:
        return None
    if any(cue.kind == ORDINARY for cue in scene.cues.before(run.start)[-1:]):
        return None
    rule = f"{kind.value.lower().replace('_', ' ')} in part"
    place = (signs[0].start, signs[-1].end)
    return Draft(kind, (place,), rule, any(sign.spoken for sign in signs), text, (_IN_PART, evidence))


def _take(scene: Scene, draft: Draft) -> None:
    """Take the digits of a code out of the digit stream: they are no other number."""
    for start, end in draft.places:
        for piece in scene.within(start, end):
            last = sum(group.end <= end for group in piece.groups)
            scene.take(piece, max(last, scene.taken(piece)))
