"""A peer's search, for the interpreter of an environment in which the peer is installed.

``PYTHON benchmarks/peer_search.py presidio|datafog|scrubadub`` reads calls, one JSON object a line with the texts of
the turns under "texts", and answers each with a list of [turn, start, end, type]. With ``--time`` it answers once, with
the seconds that one pass took after a short one to warm up; loading is not counted. It imports nothing of this project:

    uv venv /some/folder && uv pip install --python /some/folder/bin/python presidio-analyzer "datafog[rust]" scrubadub
"""
# It runs beside packages that this environment does not have.
# mypy: ignore-errors

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterator

Hit = tuple[int, int, str]


def presidio() -> Callable[[str], Iterator[Hit]]:
    """All default recognizers; names too where a spaCy model of English is installed."""
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NoOpNlpEngine, SpacyNlpEngine

    model = next((name for name in ("en_core_web_lg", "en_core_web_sm") if importlib.util.find_spec(name)), None)
    models = [{"lang_code": "en", "model_name": model or "none"}]
    engine = AnalyzerEngine(nlp_engine=(SpacyNlpEngine if model else NoOpNlpEngine)(models=models))
    return lambda text: ((one.start, one.end, one.entity_type) for one in engine.analyze(text, "en"))


def datafog() -> Callable[[str], Iterator[Hit]]:
    """The Rust scanner where it is installed, else the Python one."""
    from datafog import scan

    backend = "rust" if importlib.util.find_spec("datafog_core") else "python"
    return lambda text: ((one.start, one.end, one.type) for one in scan(text, backend=backend).entities)


def scrubadub() -> Callable[[str], Iterator[Hit]]:
    """The default detectors."""
    from scrubadub import Scrubber

    scrubber = Scrubber()
    return lambda text: ((one.beg, one.end, one.type) for one in scrubber.iter_filth(text))


PEERS = {"presidio": presidio, "datafog": datafog, "scrubadub": scrubadub}


def seconds(search: Callable[[str], Iterator[Hit]], texts: list[str]) -> float:
    """Time one pass on its core."""
    for text in texts[:20]:
        list(search(text))
    begun = time.process_time()
    for text in texts:
        list(search(text))
    return time.process_time() - begun


def main() -> None:
    """Answer every line of standard input, or with the time that all of them took."""
    search = PEERS[sys.argv[1]]()
    if "--time" in sys.argv:
        texts = [text for line in sys.stdin for text in json.loads(line)["texts"]]
        sys.stdout.write(json.dumps({"seconds": seconds(search, texts)}) + "\n")
        return
    for line in sys.stdin:
        texts = json.loads(line)["texts"]
        found = [[turn, *hit] for turn, text in enumerate(texts) for hit in search(text)]
        sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
