"""The search of a conversation: written forms, the digit stream, repetitions; then one answer for each place."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from callward.engine.pii.about import introduced, whose
from callward.engine.pii.account import find_split_ibans
from callward.engine.pii.addresses import with_addresses
from callward.engine.pii.ages import find_ages
from callward.engine.pii.answers import find_answers
from callward.engine.pii.beside_names import find_beside_names
from callward.engine.pii.births import find_births_again, with_values
from callward.engine.pii.cards import find_cards
from callward.engine.pii.codes import code_runs, find_announced_digits, find_codes
from callward.engine.pii.echo import find_echoes
from callward.engine.pii.edges import find_repeated_turns, find_rest_of_answers, widened
from callward.engine.pii.implausible import plausible
from callward.engine.pii.lexicon import COVERED
from callward.engine.pii.model import About, Conversation, Finding, Sensitivity, Span, Type
from callward.engine.pii.names import find_names
from callward.engine.pii.parts import find_parts
from callward.engine.pii.passwords import find_passwords
from callward.engine.pii.postcodes import find_postcodes
from callward.engine.pii.recognizers.iban import MOD_97
from callward.engine.pii.repeats import find_repeats
from callward.engine.pii.resolve import resolve
from callward.engine.pii.said_ages import ages_of_named
from callward.engine.pii.scene import Draft, Scene
from callward.engine.pii.sensitive import find_sensitive
from callward.engine.pii.spelled_names import find_spelled_names
from callward.engine.pii.spoken import find_spoken
from callward.engine.pii.tongue import spoken_in
from callward.engine.pii.written import find_written


def detect(
    conversation: Conversation, *, sensitivity: Sensitivity = Sensitivity.NORMAL, names: bool = True
) -> tuple[Finding, ...]:
    """Return the personal data of ``conversation``, in the order of its first places.

    Findings do not overlap. The parts of one number are one finding with a span for each part. Any text is
    accepted, lone surrogates and control characters included; the time is linear in its length. Turns in another
    covered language than the call's are searched with the tables of both. Without ``names`` the sequence model is
    left out, which finds persons, addresses, towns and organisations and takes most of the time.
    """
    whole, away = spoken_in(conversation)
    found = _search(whole, sensitivity, names=names)
    for code in sorted(COVERED.intersection(away.values())):
        turns = frozenset(turn for turn, told in away.items() if told == code)
        found = _joined(found, _search(replace(whole, language=code), sensitivity, names=names), turns)
    return found


def _joined(found: tuple[Finding, ...], more: tuple[Finding, ...], turns: frozenset[int]) -> tuple[Finding, ...]:
    """Add what a second search found in some turns; where both found something, the surer one stands.

    What the names model of the wrong language saw in these turns counts for nothing.
    """
    found = tuple(one for one in found if not (_is_modelled(one) and turns.issuperset(span.turn for span in one.spans)))
    ours: defaultdict[int, list[tuple[Span, Finding]]] = defaultdict(list)
    for one in found:
        for span in one.spans:
            ours[span.turn].append((span, one))
    kept, dropped = list(found), set[int]()
    for one in more:
        if not turns.issuperset(span.turn for span in one.spans):
            continue
        rivals = [
            other
            for span in one.spans
            for place, other in ours.get(span.turn, ())
            if place.start < span.end and span.start < place.end
        ]
        if all(other.score < one.score for other in rivals):
            dropped.update(map(id, rivals))
            kept.append(one)
    return tuple(sorted((one for one in kept if id(one) not in dropped), key=lambda one: one.spans))


def _is_modelled(finding: Finding) -> bool:
    return any(one.kind == "model" for one in finding.evidence)


def _search(conversation: Conversation, sensitivity: Sensitivity, *, names: bool) -> tuple[Finding, ...]:
    scene = Scene(conversation, sensitivity)
    drafts = resolve(_drafts(scene, names=names), scene.script.said)
    drafts = widened(scene, drafts)
    rest = list(find_rest_of_answers(scene, drafts))
    again = [
        *find_echoes(scene, drafts),
        *rest,
        *find_repeated_turns(scene, [*drafts, *rest]),
        *find_repeats(scene, drafts),
        *find_births_again(scene, drafts),
    ]
    drafts = resolve([*drafts, *again], scene.script.said)
    answers = list(find_answers(scene, drafts))
    if answers:
        drafts = resolve([*drafts, *answers], scene.script.said)
        drafts = resolve([*drafts, *find_rest_of_answers(scene, drafts)], scene.script.said)
    drafts = with_values(scene, drafts)
    speakers = scene.script.speakers
    said = frozenset(draft.value for draft in drafts if speakers[scene.script.turn(draft.places[0][0])] is About.CALLER)
    known = introduced(scene, drafts)
    return tuple(_finding(scene, draft, whose(scene, draft, said, known)) for draft in drafts)


def _drafts(scene: Scene, *, names: bool) -> list[Draft]:
    written = [*find_written(scene), *find_split_ibans(scene)]
    numbers = [*find_cards(scene), *find_spoken(scene)]
    for draft in written:
        if draft.type is Type.IBAN and any(one.detail == MOD_97 for one in draft.evidence):
            _close(scene, draft)
    runs = code_runs(scene)
    codes = find_codes(scene, runs)
    found = [
        *written,
        *numbers,
        *codes,
        *find_parts(scene),
        *find_announced_digits(scene, runs),
        *find_sensitive(scene),
        *find_ages(scene),
        *with_addresses(scene, plausible(scene, find_names(scene) if names else [])),
        *find_passwords(scene),
    ]
    found += ages_of_named(scene, found)
    found = [*found, *find_spelled_names(scene, found), *find_postcodes(scene, found)]
    return [*found, *(find_beside_names(scene, found) if names else ())]


def _close(scene: Scene, draft: Draft) -> None:
    """Take the digits of a complete IBAN out of the stream: it goes on in no later piece, nor is it another number."""
    for start, end in draft.places:
        for piece in scene.within(start, end):
            last = sum(group.end <= end for group in piece.groups)
            scene.take(piece, max(last, scene.taken(piece)))


def _finding(scene: Scene, draft: Draft, about: About) -> Finding:
    return Finding(
        type=draft.type,
        spans=tuple(scene.script.span(start, end) for start, end in draft.places),
        score=draft.score,
        rule=draft.rule,
        spoken=draft.spoken,
        about=about,
        value=draft.value,
        evidence=draft.evidence,
    )
