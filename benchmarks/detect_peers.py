"""One peer of ``benchmarks/detect.py``, timed in its own interpreter, so that nothing of it is installed beside us.

``python detect_peers.py NAME`` reads lines of JSON, a text each, times one pass over them and prints the seconds as
JSON; ``{"missing": true}`` where the peer is not installed. The loading of its models is not counted.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable


def presidio() -> Callable[[str], object]:
    """Presidio's analyzer with its default recognizers, without the one that needs a language model."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # type: ignore[import-not-found,unused-ignore]  # a peer
    from presidio_analyzer.nlp_engine import NoOpNlpEngine  # type: ignore[import-not-found,unused-ignore]  # a peer

    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")
    engine = AnalyzerEngine(
        registry=registry,
        nlp_engine=NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}]),
        supported_languages=["en"],
    )
    return lambda text: engine.analyze(text, language="en")


def datafog() -> Callable[[str], object]:
    """datafog's scanner written in Rust."""
    import datafog  # type: ignore[import-not-found,unused-ignore]  # a peer

    return lambda text: datafog.scan(text, backend="rust")


def scrubadub() -> Callable[[str], object]:
    """scrubadub with its default detectors."""
    import scrubadub  # type: ignore[import-not-found,unused-ignore]  # a peer

    scrubber = scrubadub.Scrubber()
    return lambda text: list(scrubber.iter_filth(text))


def main() -> None:
    """Time the peer named on the command line."""
    peers = {"presidio": presidio, "datafog": datafog, "scrubadub": scrubadub}
    texts = [json.loads(line) for line in sys.stdin]
    try:
        search = peers[sys.argv[1]]()
    except ImportError:
        print(json.dumps({"missing": True}))
        return
    for text in texts[:20]:
        search(text)
    begun = time.process_time()
    for text in texts:
        search(text)
    print(json.dumps({"seconds": time.process_time() - begun}))


if __name__ == "__main__":
    main()
