"""spaCy's CNN tagger trained on the calls that our names model is trained on, for the ratio of their speeds.

    python benchmarks/spacy_tagger.py PEERS

PEERS is the interpreter of an environment with spaCy in it. English only: the speed of the network does not depend on
the language. The training is short, as only the speed is compared; needs ``../shared/corpora`` for the names.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

_REPEATS = 5
_TURNS = 3000  # that the peer is trained on
_BYTES = 300_000
_PEER = """
import json, random, sys, time
import spacy
from spacy.training import Example
from spacy.util import minibatch
given = json.load(sys.stdin)
nlp = spacy.blank("en")
tagger = nlp.add_pipe("ner")
for label in given["labels"]:
    tagger.add_label(label)
examples = []
for text, spans in given["train"]:
    doc = nlp.make_doc(text)
    found = [doc.char_span(start, end, label, alignment_mode="expand") for start, end, label in spans]
    doc_with = nlp.make_doc(text)
    doc_with.ents = spacy.util.filter_spans([span for span in found if span is not None])
    examples.append(Example(doc, doc_with))
optimizer = nlp.initialize(lambda: examples)
for _ in range(2):
    random.shuffle(examples)
    for batch in minibatch(examples, 64):
        nlp.update(batch, sgd=optimizer)
took = []
for _ in range(given["repeats"]):
    begun = time.process_time()
    for doc in nlp.pipe(given["texts"]):
        pass
    took.append(time.process_time() - begun)
print(json.dumps(took))
"""


def training_texts() -> list[tuple[str, list[tuple[int, int, str]]]]:
    """Return turns of the generated training calls with their spans."""
    root = Path(__file__).parents[1]
    sys.path.insert(0, str(root))
    from training import __main__ as command
    from training import carriers, gazetteers

    names = gazetteers.load("en", root / "../shared/corpora/ner/gazetteers")
    told = command.training_calls("en", list(carriers.read("en")), names, [], random.Random(1), 4)
    turns = [
        (turn.text, [(start, end, label) for start, end, label in spans if label != "X"])
        for call in told
        for turn, spans in zip(call.conversation.turns, call.spans, strict=True)
    ]
    return random.Random(2).sample(turns, min(_TURNS, len(turns)))


def main() -> None:
    """Train the peer, time both, print the ratio."""
    from transcripts import calls

    from callward.engine.pii import detect

    told = [call for call in calls(5 * _BYTES) if call.language == "en"]
    texts = [turn.text for call in told for turn in call.turns]
    tokens = sum(len(text.split()) for text in texts)
    ours = []
    for _ in range(1 + _REPEATS):
        begun = time.process_time()
        for call in told:
            detect(call)
        ours.append(time.process_time() - begun)
    train = training_texts()
    labels = sorted({label for _, spans in train for _, _, label in spans})
    given = {"train": train, "labels": labels, "texts": texts, "repeats": _REPEATS}
    done = subprocess.run(
        [sys.argv[1], "-c", _PEER], input=json.dumps(given), capture_output=True, text=True, check=False, timeout=900
    )
    if done.returncode:
        print("spaCy is not installed in that environment, or its training failed: left out")
        return
    theirs = statistics.median(json.loads(done.stdout.strip().splitlines()[-1]))
    own = statistics.median(ours[1:])
    print(f"with names: {tokens / own:,.0f} tokens/s, {theirs / own:.1f} x spaCy at {tokens / theirs:,.0f} (bar: 3)")


if __name__ == "__main__":
    main()
