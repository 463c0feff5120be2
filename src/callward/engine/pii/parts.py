"""Numbers given in parts: pieces of the digit stream that belong to one number, and the readings of their digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.numerals import Gap
from callward.engine.pii.patterns import compiled
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer, total
from callward.engine.pii.recognizers import RECOGNIZERS
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.stream import Group, Piece

_MOST_READINGS = 24
_REACH = 6  # turns between two parts of a number
_MOST_PIECES = 12
_MOST_GROUPS = 40
_FEWEST_DIGITS = 7  # of a number that nothing announced
_LONGEST_PLUS = 12  # characters of the word for it
_MOST_REPEATED = 8  # digits
_LEAST_ENDING = 3  # digits of the end of a number that is called so
_NAMED = 30  # characters before a piece in which that is said
_LEAST_AMID_TALK = 6  # digits of a part of an account that does not fill its turn
_BESIDE = 3  # characters beside a part that fills its turn
_QUESTION = 200  # characters of a question that are read
_SURE = 0.3
_SMALLEST_PART = {Type.NATIONAL_ID: 4, Type.HEALTH_ID: 4, Type.PHONE: 6, Type.IBAN: 4}
_LARGEST_PART = {Type.IBAN: 30}  # digits


class Part(NamedTuple):
    """Groups ``[first, last)`` of a piece."""

    piece: Piece
    first: int
    last: int

    @property
    def groups(self) -> tuple[Group, ...]:
        return self.piece.groups[self.first : self.last]


def follow(scene: Scene, place: int, kind: str, most: int, *, repeats: bool = False) -> list[Part]:
    """Return piece ``place`` and what may be the rest of its number: later pieces of the same speaker.

    A later piece belongs where nothing since announced another kind of number. What the other speaker
    says between, an echo above all, is left out; so is a repetition by the same speaker, unless ``repeats`` and it
    is short enough to be half of a number: whoever repeats a whole telephone number does not begin a longer one.
    """
    first = scene.pieces[place]
    speaker = scene.script.speakers[first.turn]
    parts = [Part(first, scene.taken(first), len(first.groups))]
    digits = len(first.digits)
    for later in range(place + 1, min(place + 4 * _MOST_PIECES, len(scene.pieces))):
        piece, last = scene.pieces[later], parts[-1].piece
        if piece.turn - last.turn > _REACH or digits >= most or len(parts) >= _MOST_PIECES:
            break
        if scene.script.speakers[piece.turn] != speaker:
            continue
        since = last.end if piece.turn == last.turn else scene.script.ends[last.turn]
        between = scene.cues.within(since, piece.start)
        if piece.ordinary or scene.taken(piece) or (between and between[-1].kind != kind):
            break
        again = piece.digits == last.digits and len(piece.digits) >= 3 and piece.turn != last.turn
        if not again or (repeats and len(piece.digits) <= _MOST_REPEATED):
            parts.append(Part(piece, 0, len(piece.groups)))
            digits += len(piece.digits)
    return parts


def readings(groups: Sequence[Group]) -> Iterator[list[tuple[int, str]]]:
    """Yield what the groups may say as (index, digits), likeliest first: corrections applied, then other readings."""
    corrected = [place for place, group in enumerate(groups) if place and group.before.gap == Gap.CORRECTED]
    plain = [(place, group.digits) for place, group in enumerate(groups)]
    if corrected:
        yield from _corrections(groups, corrected[-1], plain)
    yield plain
    count = 0
    for place, group in enumerate(groups):
        for other in group.others:
            count += 1
            if count > _MOST_READINGS:
                return
            yield [*plain[:place], (place, other), *plain[place + 1 :]]


def _corrections(groups: Sequence[Group], place: int, plain: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Yield the row without the 1 to 6 groups that what follows the correction replaces, the best length first.

    Whoever begins anew replaces every group before.
    """
    restated = sum(len(group.digits) for group in groups[place:])
    first = len(groups[place].digits)

    def fit(dropped: int) -> int:
        size = sum(len(group.digits) for group in groups[place - dropped : place])
        return 0 if size == restated else 1 if size == first else 2

    for dropped in sorted({*range(1, min(6, place) + 1), place}, key=fit):
        yield [*plain[: place - dropped], *plain[place:]]


def draft(kind: Type, parts: list[Part], rule: str, value: str, evidence: tuple[Evidence, ...]) -> Draft:
    """Make a draft of parts: one place for each part, from its first digit to its last."""
    places = tuple((part.groups[0].start, part.groups[-1].end) for part in parts)
    return Draft(kind, places, rule, any(group.spoken for part in parts for group in part.groups), value, evidence)


_ROWS = tuple(row for row in RECOGNIZERS if row.lengths and row.type is not Type.PAYMENT_CARD)
_BY_KIND = tuple(
    (kind, rows, max(max(row.lengths) for row in rows))
    for kind in dict.fromkeys(row.type for row in _ROWS)
    for rows in (tuple(row for row in _ROWS if row.type is kind),)
)
"""Each kind with its rows, and the most characters that one of them takes."""
_UNASKED = tuple(row for row in _ROWS if not row.need_context)


def find_parts(scene: Scene) -> list[Draft]:
    """Find identifiers and phone numbers that are spoken, or given in parts, in what the cards left over."""
    found: list[Draft] = []
    for place, piece in enumerate(scene.pieces):
        if piece.ordinary or len(piece.groups) > _MOST_GROUPS:
            continue
        one = _by_itself(scene, place) if scene.taken(piece) else _asked_for(scene, place) or _by_itself(scene, place)
        if one is not None:
            found.append(one)
    return found


def _asked_for(scene: Scene, place: int) -> Draft | None:
    """Read the piece as what was announced, with its later parts; whole if it can be, else in part."""
    expected = scene.expected(place)
    for kind, rows, longest in _BY_KIND:
        if kind.value not in expected:
            continue
        parts = follow(scene, place, kind.value, longest)
        best: Draft | None = None
        for count in range(len(parts), 0, -1):
            one = _whole(scene, rows, parts[:count])
            if one is not None and (best is None or one.score > best.score):
                best = one
        best = best or _in_part(scene, kind, parts[0])
        if best is not None:
            for part in parts[: len(best.places)]:
                scene.take(part.piece, part.last)
            return best
    return None


def _by_itself(scene: Scene, place: int) -> Draft | None:
    """Read a spoken piece that nothing announced, or what stands behind a number that took the rest of its piece."""
    piece = scene.pieces[place]
    part = Part(piece, scene.taken(piece), len(piece.groups))
    digits = sum(len(group.digits) for group in part.groups)
    if digits < _FEWEST_DIGITS or not (scene.taken(piece) or piece.spoken):
        return None
    one = _whole(scene, _UNASKED, [part])
    if one is not None:
        scene.take(piece, len(piece.groups))
    return one


def _in_part(scene: Scene, kind: Type, part: Part) -> Draft | None:
    piece = part.piece
    digits = "".join(group.digits for group in part.groups)
    support = scene.cues.support(kind.value, piece.start, piece.end, 0.4)
    least = _SMALLEST_PART.get(kind, 99)
    if support is not None and support.weight >= _SURE and _is_ending(scene, piece, support):
        least = _LEAST_ENDING
    if not piece.spoken and scene.is_day(part.groups[0].start, piece.end):
        return None
    if kind is Type.IBAN and not _fills_its_turn(scene, piece):
        least = _LEAST_AMID_TALK
    if support is None or len(digits) < least or len(digits) > _LARGEST_PART.get(kind, 14):
        return None
    one = draft(kind, [part], f"{kind.value.lower().replace('_', ' ')} in part", digits, (_PART, support))
    return _with_letters(one, piece, digits) if one.score >= scene.threshold else None


def _fills_its_turn(scene: Scene, piece: Piece) -> bool:
    script = scene.script
    return max(piece.start - script.starts[piece.turn], script.ends[piece.turn] - piece.end) <= _BESIDE


def _is_ending(scene: Scene, piece: Piece, support: Evidence) -> bool:
    """Say whether the words before the piece, or the question for it, say that it is how a number ends."""
    script = scene.script
    said = script.said(max(script.starts[piece.turn], piece.start - _NAMED), piece.start)
    if support.kind == "question":
        asked = scene.cues.asked(piece.turn)
        turn = script.turn(asked[-1].start) if asked else piece.turn
        said = f"{said} {script.said(script.starts[turn], script.ends[turn])[:_QUESTION]}"
    return any(phrase in said for phrase in scene.language.endings)


_PART = Evidence("form", "in part", 0.2)


def _whole(scene: Scene, rows: Sequence[Recognizer], parts: list[Part]) -> Draft | None:
    groups = [group for part in parts for group in part.groups]
    best: tuple[float, Draft] | None = None
    start, end = groups[0].start, parts[0].groups[-1].end
    plus = 0 if parts[0].first else _plus(scene, parts[0].piece)
    texts = [(text, len(text) - text.count("+")) for text in _texts(parts, groups, plus=bool(plus))]
    for row in rows:
        for text, size in texts:
            if size not in row.lengths or not compiled(row.pattern).whole(text.encode("latin-1")):
                continue
            weighed = row.weigh(Candidate(text, scene.countries))
            if weighed is None or weighed.length not in (None, len(text)):
                continue
            one = _supported(scene, row, weighed, parts, (start, end))
            score = total(one.evidence)
            if score >= scene.threshold and (best is None or score > best[0]):
                one = _with_letters(one, parts[0].piece, text, parts[-1].piece)
                best = score, _with_plus(one, plus) if text[0] == "+" else one
    return best[1] if best else None


def _supported(scene: Scene, row: Recognizer, weighed: Assessment, parts: list[Part], place: tuple[int, int]) -> Draft:
    support = scene.cues.support(row.type.value, *place, row.context)
    against = None if support else scene.cues.opposition(place[0], row.ordinary)
    evidence = (*weighed.evidence, *(one for one in (support, against) if one is not None and one.weight))
    if row.need_context and support is None and not scene.strict:
        evidence = (*evidence, Evidence("context", "missing", -1.0))
    return draft(row.type, parts, row.name, weighed.value, evidence)


def _plus(scene: Scene, piece: Piece) -> int:
    """Return how many characters before the piece say "plus", 0 where none do."""
    before = scene.script.said(max(scene.script.starts[piece.turn], piece.start - _LONGEST_PLUS), piece.start)
    word = before.rstrip(" ").rpartition(" ")[2]
    return len(word) + len(before) - len(before.rstrip(" ")) if scene.language.signs.get(word) == "+" else 0


def _with_plus(one: Draft, plus: int) -> Draft:
    (start, end), *others = one.places
    return one._replace(places=((start - plus, end), *others))


def _texts(parts: list[Part], groups: Sequence[Group], *, plus: bool) -> list[str]:
    """Return what the parts may say as solid text: digits alone, with a plus, and with the letters spelled around."""
    lead, trail = parts[0].piece.lead[-2:], parts[-1].piece.trail[:1]
    ends = accumulate(part.last - part.first for part in parts[:-1])
    spelled = {place: part.piece.lead for place, part in zip(ends, parts[1:], strict=True)}
    texts: list[str] = []
    for reading in readings(groups):
        bare = "".join(digits for _, digits in reading)
        inner = "".join(
            spelled.get(place, groups[place].before.letters if place else "") + digits for place, digits in reading
        )
        texts += [*(["+" + bare] if plus else []), bare, lead + inner, lead + inner + trail]
    return list(dict.fromkeys(texts))


def _with_letters(one: Draft, first: Piece, text: str, last: Piece | None = None) -> Draft:
    """Widen the first and last place over letters that are part of the value."""
    places = list(one.places)
    if text[:1].isalpha():
        places[0] = (_letters_start(first, 2), places[0][1])
    if last is not None and text[-1:].isalpha():
        places[-1] = (places[-1][0], last.trail_end)
    return one._replace(places=tuple(places)) if all(a[1] <= b[0] for a, b in pairwise(places)) else one


def _letters_start(piece: Piece, count: int) -> int:
    return piece.lead_start if len(piece.lead) <= count else piece.start
