"""What the models find: on held-out carriers and names, on the corpora's development splits, on calls of others."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from callward.engine.pii.model import About, Conversation, Sensitivity, Span, Turn, Type
from callward.engine.pii.names.find import drafts_of
from callward.engine.pii.names.sheet import is_cased
from callward.engine.pii.names.tagger import Tagger
from callward.engine.pii.names.weights import Weights
from callward.engine.pii.scene import Scene
from training.calls import Call, Spans, lowered, sentence_turn, sentences

REPORTED = ("PERSON", "ADDRESS", "CITY", "ORGANISATION")


class Finder:
    """The names model of one language, of the package or freshly trained."""

    def __init__(self, code: str, weights: Weights) -> None:
        self.code = code
        self._taggers = {cased: Tagger(weights, code, cased=cased) for cased in (False, True)}

    def found(self, conversation: Conversation) -> list[tuple[Type, Span]]:
        """Return what the model finds in a call."""
        scene = Scene(conversation, Sensitivity.NORMAL)
        cased = is_cased(conversation)
        drafts = drafts_of(scene, self._taggers[cased], cased=cased)
        return [(draft.type, scene.script.span(start, end)) for draft in drafts for start, end in draft.places]


class Tally:
    """Characters left standing, characters covered without need, and whole names."""

    def __init__(self) -> None:
        self.gold: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self.over: Counter[str] = Counter()
        self.other = 0
        self.whole: Counter[str] = Counter()

    def add(self, finder: Finder, conversation: Conversation, spans: Iterable[Spans]) -> None:
        """Count one call."""
        said = finder.found(conversation)
        for number, (turn, marked) in enumerate(zip(conversation.turns, spans, strict=True)):
            letters = {at for at, character in enumerate(turn.text) if not character.isspace()}
            covered: dict[int, str] = {}
            for kind, span in said:
                if span.turn == number:
                    covered.update(dict.fromkeys(range(span.start, span.end), kind.value))
            inside: set[int] = set()
            for start, end, label in marked:
                here = letters & set(range(start, end))
                inside |= here
                if label in REPORTED:
                    self.gold[label] += len(here)
                    self.left[label] += sum(at not in covered for at in here)
                    self.whole[label] += sum(covered.get(at) == label for at in here) >= 0.8 * len(here)
                    self.whole[label + " all"] += 1
            self.other += len(letters - inside)
            for at in letters - inside:
                if at in covered:
                    self.over[covered[at]] += 1

    def line(self) -> str:
        """Return the figures in one line: leak by type, share of other characters covered by type."""
        leaks = " ".join(
            f"{name[:4]} {100 * self.left[name] / self.gold[name]:5.1f}" for name in REPORTED if self.gold[name]
        )
        overs = " ".join(f"{name[:4]} {100 * self.over[name] / max(1, self.other):4.2f}" for name in REPORTED)
        right = sum(self.whole[name] for name in REPORTED) / max(1, sum(self.whole[f"{name} all"] for name in REPORTED))
        over = 100 * sum(self.over.values()) / max(1, self.other)
        return f"leak {leaks} | over {over:4.2f} ({overs}) | whole and right {100 * right:5.1f}"


def calls(finder: Finder, told: Iterable[Call]) -> str:
    """Return the figures of calls."""
    tally = Tally()
    for call in told:
        tally.add(finder, call.conversation, call.spans)
    return tally.line()


def people_of_corpora(finder: Finder, path: Path, *, lower: bool) -> str:
    """Return precision, recall and F1 of exact person spans in single sentences."""
    right = said = gold = 0
    for tokens, tags in sentences(path):
        text, spans = sentence_turn(tokens, tags, frozenset())
        if lower:
            text, spans = lowered(text, spans)
        people = {(start, end) for start, end, label in spans if label == "PERSON"}
        ours = {
            (span.start, span.end)
            for kind, span in finder.found(Conversation((Turn(About.UNKNOWN, text),), finder.code))
            if kind is Type.PERSON
        }
        right, said, gold = right + len(people & ours), said + len(ours), gold + len(people)
    precision, recall = right / max(1, said), right / max(1, gold)
    return f"P {100 * precision:4.1f} R {100 * recall:4.1f} F1 {200 * right / max(1, said + gold):4.1f}"


def telephone_names(finder: Finder, path: Path) -> str:
    """Return how many of the turns in which a caller says a name, alone or in a sentence, have it covered."""
    covered = all_said = letters = left = 0
    for line in path.read_text("utf-8").splitlines():
        held = json.loads(line)
        name = {part.lower() for part in held["scenario"]["name"].split()}
        conversation = Conversation(
            tuple(
                Turn(About.AGENT if one["speaker"] == "agent" else About.CALLER, one["text"]) for one in held["lines"]
            ),
            "en",
        )
        spans = finder.found(conversation)
        for number, one in enumerate(held["lines"]):
            parts = [part for part in name if part in one["text"].lower().split()]
            if one["speaker"] == "agent" or not parts:
                continue
            text = one["text"].lower()
            for part in parts:
                start = text.index(part)
                hidden = any(s.turn == number and s.start <= start and start + len(part) <= s.end for _, s in spans)
                covered, all_said = covered + hidden, all_said + 1
                letters, left = letters + len(part), left + (0 if hidden else len(part))
    return f"{covered} of {all_said} name words covered, {100 * covered / max(1, all_said):.1f} %"


def development_calls(finder: Finder, path: Path, style: str) -> str:
    """Return the figures of the labelled development calls of one style."""
    tally = Tally()
    for line in path.read_text("utf-8").splitlines():
        held = json.loads(line)
        if held["style"] != style:
            continue
        speakers = {"agent": About.AGENT, "caller": About.CALLER}
        turns = tuple(Turn(speakers.get(turn["speaker"], About.UNKNOWN), turn["text"]) for turn in held["turns"])
        spans: list[Spans] = [[] for _ in turns]
        for one in held["entities"] + held["neutral"]:
            spans[one["turn"]].append((one["start"], one["end"], one.get("type", "X")))
        tally.add(finder, Conversation(turns, held["lang"]), spans)
    return tally.line()
