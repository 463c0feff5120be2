"""The training command: reads carriers and corpora, writes one model file a language, prints what it measures."""

from __future__ import annotations

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path

import numpy as np

from callward.engine.pii.lexicon import Words, language
from callward.engine.pii.names.weights import Weights, read
from training import calls, carriers, compose, gazetteers, looks, measure, sequence
from training.carriers import Carrier, Filler

_ROOT = Path(__file__).parent.parent
_PACKAGE = _ROOT / "src/callward/engine/pii/names"
_TURNS = 10_000  # of carriers: each is used about as often as that takes
# From which probability on a token is a person, address, town, organisation: with capitals, and without any.
_THRESHOLDS = ((0.3, 0.4, 0.28, 0.4), (0.3, 0.35, 0.25, 0.35))
_SELDOM = 9  # times a word is said before it counts as an ordinary one
_MOST_NAMES = 36_000
_CASES = {
    "et": ("gen", "part", "ine", "ela", "ill", "ade", "abl", "all", "com"),
    "ro": ("gen", "voc", "art"),
    "sv": ("gen",),
    "nl": (),
    "en": (),
}
_NEWS_TOKENS = 42_000  # of the corpora, once as written and once in lower case
# Attribution or no condition; nothing that is ShareAlike.
_ALLOWED = frozenset(
    {"klintan_sv", "suc3_kblab", "estner_v1", "estner_new", "estner_orig_sample", "ronec_v1", "wnut17"}
)
_SPOKEN = frozenset({"slurp", "hwu_nlu_eval", "restaurant8k", "nlupp"})
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+|['\u2019][^\W\d_]+)*")


def main() -> None:
    """Train the languages asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--corpora", type=Path, default=_ROOT / "../shared/corpora/ner")
    options.add_argument("--languages", nargs="*", default=["sv", "et", "ro", "nl", "en"])
    options.add_argument("--out", type=Path, default=_PACKAGE)
    options.add_argument("--turns", type=int, default=_TURNS)
    options.add_argument("--measure", action="store_true", help="only measure the models of the package")
    options.add_argument("--hold-out", action="store_true", help="keep a fifth of carriers and names from training")
    chosen = options.parse_args()
    for code in chosen.languages:
        started = time.perf_counter()
        if chosen.measure:
            held = read((chosen.out / f"{code}.npz").read_bytes())
        else:
            held = one_language(code, chosen.corpora, chosen.turns, hold_out=chosen.hold_out)
            chosen.out.mkdir(exist_ok=True)
            sequence.write(held, chosen.out / f"{code}.npz")
        report(measure.Finder(code, held), chosen.corpora)
        print(f"{code}: {time.perf_counter() - started:.0f} s", flush=True)


def words_of(code: str) -> Words:
    """Return the table of a language in its own spelling."""
    table = import_module(f"callward.engine.pii.lexicon.{code}").WORDS
    if not isinstance(table, Words):
        raise TypeError(code)
    return table


def one_language(code: str, corpora: Path, turns: int, *, hold_out: bool) -> Weights:
    """Train one language."""
    chance = random.Random(f"names {code}")
    everything = gazetteers.load(code, corpora / "gazetteers")
    names = everything.split()[0] if hold_out else everything
    lines = [one for one in carriers.read(code) if not (hold_out and one.is_held_out)]
    news = list(calls.sentences(corpora / "train" / f"{code}.jsonl.gz", _ALLOWED | _SPOKEN))
    running = running_text(code, lines, news, words_of(code))
    started = time.perf_counter()
    tables = looks.train_all(named(code, names, chance), running, seed=7)
    print(f"{code}: looks {time.perf_counter() - started:.0f} s", flush=True)
    features = sequence.Features(code, tables, chance, only_names(names, running))
    thresholds = np.array(_THRESHOLDS, dtype=np.float32)
    told = list(training_calls(code, lines, names, news, chance, round(turns / len(lines))))
    weights = sequence.train(told, features, tables[0], thresholds)
    print(f"{code}: {len(weights.keys)} features", flush=True)
    return weights


def named(code: str, names: gazetteers.Gazetteer, chance: random.Random) -> dict[str, dict[str, float]]:
    """Return the names of each look with their weight."""

    def counted(pool: gazetteers.Pool) -> dict[str, float]:
        previous, counts = 0.0, {}
        for name, total in zip(pool.names, pool.sums, strict=True):
            counts[name], previous = (total - previous) ** (1 / 0.6), total
        return counts

    streets = Counter(compose.street(code, names, chance) for _ in range(4000))
    return {
        "given": with_cases(code, counted(names.given), "given", chance),
        "surname": with_cases(code, counted(names.surname), "surname", chance),
        "place": with_cases(code, counted(names.city), "city", chance),
        "street": {part: float(count) for name, count in streets.items() for part in name.split()},
    }


def only_names(names: gazetteers.Gazetteer, running: Counter[str]) -> frozenset[str]:
    """Return the words that are names of people and hardly ever said otherwise."""
    parts = {part for pool in (names.given, names.surname) for name in pool.names for part in name.lower().split()}
    return frozenset(part for part in parts if running[part] < _SELDOM)


def with_cases(code: str, counted: dict[str, float], kind: str, chance: random.Random) -> dict[str, float]:
    """Return the names with their inflected forms; of long lists, a share of the rare ones."""
    if len(counted) > _MOST_NAMES:
        often = sorted(counted, key=lambda name: -counted[name])
        kept = often[: _MOST_NAMES // 2] + chance.sample(often[_MOST_NAMES // 2 :], _MOST_NAMES // 2)
        counted = {name: counted[name] for name in kept}
    formed = dict(counted)
    for name, count in counted.items():
        for case in _CASES[code]:
            formed.setdefault(compose.inflected(code, name, case, kind, chance).removeprefix("lui "), count * 0.3)
    return formed


def running_text(
    code: str, lines: list[Carrier], news: list[tuple[list[str], list[str]]], words: Words
) -> Counter[str]:
    """Return the words of running text, with how often they were seen: outside of names, written small."""
    running: Counter[str] = Counter(gazetteers.read_running(code))
    for line in lines:
        for text in (line.question or "", line.turn):
            bare = re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", text)
            running.update(word.lower() for word in _WORD.findall(bare))
    for tokens, tags in news:
        running.update(
            token for token, tag in zip(tokens, tags, strict=True) if tag == "O" and token.islower() and token.isalpha()
        )
    said = chain.from_iterable(phrase.rstrip("*").split() for phrases in words.cues.values() for phrase in phrases)
    running.update(word for word in said if word.isalpha())
    running.update(word for word in words.numbers if word.isalpha())
    return running


def training_calls(
    code: str,
    lines: list[Carrier],
    names: gazetteers.Gazetteer,
    news: list[tuple[list[str], list[str]]],
    chance: random.Random,
    rounds: int,
) -> Iterator[calls.Call]:
    """Yield all calls of a training: each carrier many times, and sentences of the corpora."""
    words = words_of(code)
    writer = calls.CallWriter(language(code), dict(words.numbers), tuple(words.fillers), chance)
    filler = Filler(language(code), names, chance)
    for _ in range(rounds):
        yield from writer.calls(lines, filler)
    cities = frozenset(name.lower() for name in names.city.names)
    chance.shuffle(news)
    size = 0
    picked = []
    for sentence in news:
        size += len(sentence[0])
        if size > _NEWS_TOKENS:
            break
        picked.append(sentence)
    for lower in (False, True):
        yield from calls.news_calls(code, picked, cities, lower=lower)


def report(finder: measure.Finder, corpora: Path) -> None:
    """Print what a model finds. Held-out figures say something of models trained with ``--hold-out`` only."""
    code = finder.code
    chance = random.Random(f"measure {code}")
    _, unseen = gazetteers.load(code, corpora / "gazetteers").split()
    lines = [one for one in carriers.read(code) if one.is_held_out]
    words = words_of(code)
    for style in ("written", "asr", "half"):
        writer = calls.CallWriter(language(code), dict(words.numbers), tuple(words.fillers), chance)
        told = [call for _ in range(3) for call in writer.calls(lines, Filler(language(code), unseen, chance), style)]
        print(f"{code} held-out carriers, {style:8}: {measure.calls(finder, told)}", flush=True)
    for style in ("written", "asr"):
        path = corpora.parent / "calls" / f"{code}.jsonl"
        print(f"{code} development calls, {style:7}: {measure.development_calls(finder, path, style)}", flush=True)
    for lower in (False, True):
        figures = measure.people_of_corpora(finder, corpora / "dev" / f"{code}.jsonl.gz", lower=lower)
        print(f"{code} people, development split, {'lower case' if lower else 'as written'}: {figures}", flush=True)
    if code == "en":
        print(f"en EVI: {measure.telephone_names(finder, corpora.parent / 'dialogues' / 'evi.jsonl')}", flush=True)


if __name__ == "__main__":
    main()
