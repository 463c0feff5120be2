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
from training import calls, carriers, compose, gazetteers, looks, sequence
from training.carriers import Carrier, Filler

_ROOT = Path(__file__).parent.parent
_PACKAGE = _ROOT / "src/callward/engine/pii/names"
_ROUNDS = 16
_NEWS_SENTENCES = 3500
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
    options.add_argument("--rounds", type=int, default=_ROUNDS)
    chosen = options.parse_args()
    for code in chosen.languages:
        started = time.perf_counter()
        one_language(code, chosen.corpora, chosen.out, chosen.rounds)
        print(f"{code}: {time.perf_counter() - started:.0f} s", flush=True)


def words_of(code: str) -> Words:
    """Return the table of a language in its own spelling."""
    table = import_module(f"callward.engine.pii.lexicon.{code}").WORDS
    if not isinstance(table, Words):
        raise TypeError(code)
    return table


def one_language(code: str, corpora: Path, out: Path, rounds: int) -> None:
    """Train and write one language."""
    chance = random.Random(f"names {code}")
    everything = gazetteers.load(code, corpora / "gazetteers")
    names, _ = everything.split()
    lines = [one for one in carriers.read(code) if not one.is_held_out]
    news = list(calls.sentences(corpora / "train" / f"{code}.jsonl.gz", _ALLOWED | _SPOKEN))
    running = running_text(lines, news, words_of(code))
    tables = looks.train_all(named(code, names, chance), running, seed=7)
    features = sequence.Features(code, tables, chance)
    thresholds = np.full((2, 4), 0.35, dtype=np.float32)
    told = list(training_calls(code, lines, names, news, chance, rounds))
    weights = sequence.train(told, features, tables[0], thresholds)
    out.mkdir(exist_ok=True)
    sequence.write(weights, out / f"{code}.npz")
    print(f"{code}: {len(weights.keys)} features, {(out / f'{code}.npz').stat().st_size / 1e6:.2f} MB", flush=True)


def named(code: str, names: gazetteers.Gazetteer, chance: random.Random) -> dict[str, dict[str, float]]:
    """Return the names of each look with their weight."""

    def counted(pool: gazetteers.Pool) -> dict[str, float]:
        previous, counts = 0.0, {}
        for name, total in zip(pool.names, pool.sums, strict=True):
            counts[name], previous = (total - previous) ** 2, total
        return counts

    streets = Counter(compose.street(code, names, chance) for _ in range(4000))
    return {
        "given": counted(names.given),
        "surname": counted(names.surname),
        "place": counted(names.city),
        "street": {part: float(count) for name, count in streets.items() for part in name.split()},
    }


def running_text(lines: list[Carrier], news: list[tuple[list[str], list[str]]], words: Words) -> Counter[str]:
    """Return the words of running text, with how often they were seen: outside of names, written small."""
    running: Counter[str] = Counter()
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
    picked = chance.sample(news, min(len(news), _NEWS_SENTENCES))
    yield from calls.news_calls(code, picked, cities, chance, lower=0.45)


if __name__ == "__main__":
    main()
