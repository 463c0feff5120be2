"""Makes the calls of the demonstration contact centre from the dialogues beside this file.

Needs eSpeak NG's library and ffmpeg. ``python samples/make.py`` writes ``calls/``, ``truth.jsonl`` and
``recorder.pem`` beside itself, ``--into FOLDER`` elsewhere; the same dialogues give the same recordings.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import containers
from dialogue import Dialogue, read_dialogue
from render import Rendered, render
from transcribe import WRITERS, said_turns
from truth import truth_of
from voice import Synthesiser

_HERE = Path(__file__).parent
_FACTS = ("id", "line", "agent", "started_at", "direction", "language")
_COLUMNS = ("file", *_FACTS, "caller_phone")
_SUFFIX = {
    "wav-alaw": ".wav",
    "wav-alaw-mono": ".wav",
    "wav-ulaw": ".wav",
    "flac": ".flac",
    "mp3": ".mp3",
    "opus": ".ogg",
    "vcon": ".vcon.json",
    "vcon-signed": ".vcon.json",
}
# A copy of one call under another name, and the start of one recording under the header of the whole.
_COPIED, _COPY = "nl-retail-01", "nl-retail-05"
_CUT, _CUT_COPY, _CUT_BYTES, _CUT_ID = "en-health-02", "en-health-06", 60_000, "LK-20261112-0026"


def main() -> int:
    """Make everything anew."""
    parser = argparse.ArgumentParser(description="Make the demonstration's calls.")
    parser.add_argument("--into", type=Path, default=_HERE, help="the folder to write to")
    folder: Path = parser.parse_args().into
    calls = folder / "calls"
    shutil.rmtree(calls, ignore_errors=True)
    calls.mkdir(parents=True)
    synthesiser = Synthesiser()
    rows: list[dict[str, str]] = []
    truth: list[str] = []
    for path in sorted((_HERE / "dialogues").glob("*.txt")):
        dialogue = read_dialogue(path)
        call = render(dialogue, synthesiser)
        for name, data in _files(dialogue, call, folder):
            (calls / name).write_bytes(data)
        if dialogue.facts["facts"] == "csv":
            rows.append(
                {
                    "file": dialogue.stem + _SUFFIX[dialogue.facts["audio"]],
                    **_call_facts(dialogue),
                    "caller_phone": dialogue.facts["caller"],
                }
            )
        values = truth_of(call, digits=dialogue.facts["numbers"] == "digits")
        entry = {"stem": dialogue.stem, "id": dialogue.facts["id"], "frames": len(call.pcm), "values": values}
        truth.append(json.dumps(entry, ensure_ascii=False))
    (calls / "calls.csv").write_text(_table(rows), encoding="utf-8")
    (folder / "truth.jsonl").write_text("\n".join(truth) + "\n", encoding="utf-8")
    _add_copies(calls)
    size = sum(path.stat().st_size for path in calls.iterdir())
    print(f"{len(truth)} calls, {size / 1e6:.2f} MB")
    return 0


def _files(dialogue: Dialogue, call: Rendered, folder: Path) -> Iterator[tuple[str, bytes]]:
    facts, stem = dialogue.facts, dialogue.stem
    kind = facts["audio"]
    transcript = _transcript(dialogue, call)
    if kind.startswith("vcon"):
        # A vCon has no fields for the line and the direction, so they stand beside it.
        yield f"{stem}.call.json", _document({key: facts[key] for key in ("line", "direction", "language")})
        yield f"{stem}.vcon.json", _vcon(dialogue, call, transcript, folder)
        return
    yield stem + _SUFFIX[kind], _recording(kind, call)
    if transcript:
        yield stem + WRITERS[facts["transcript"]][0], transcript
    if facts["facts"] == "json":
        # A withheld number is absent, not empty.
        caller = {"caller": {"phone": facts["caller"]}} if facts["caller"] else {}
        voicemail = {"voicemail": True} if facts.get("voicemail") == "yes" else {}
        yield f"{stem}.call.json", _document({**_call_facts(dialogue), **caller, **voicemail})


def _recording(kind: str, call: Rendered) -> bytes:
    match kind:
        case "wav-alaw" | "wav-ulaw":
            return containers.wav_g711(call.pcm, call.law)
        case "wav-alaw-mono":
            return containers.wav_g711(call.pcm[:, 1:], call.law)
        case "flac":
            return containers.flac(call.pcm)
        case "mp3":
            return containers.mp3(call.pcm)
        case _:
            return containers.opus(call.pcm)


def _transcript(dialogue: Dialogue, call: Rendered) -> bytes:
    facts = dialogue.facts
    if facts["transcript"] == "none":
        return b""
    turns = said_turns(call, digits=facts["numbers"] == "digits")
    return WRITERS[facts["transcript"]][1](turns, facts["language"])


def _vcon(dialogue: Dialogue, call: Rendered, transcript: bytes, folder: Path) -> bytes:
    facts = dialogue.facts
    if facts["audio"] == "vcon":
        return containers.vcon(call, facts, ("audio/x-mp3", containers.mp3(call.pcm)), ("callward", transcript))
    plain = containers.vcon(call, facts, ("audio/ogg", containers.opus(call.pcm)), ("deepgram", transcript))
    document, certificate = containers.signed(plain)
    (folder / "recorder.pem").write_bytes(certificate)
    return document


def _call_facts(dialogue: Dialogue) -> dict[str, str]:
    return {key: dialogue.facts[key] for key in _FACTS}


def _document(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, indent=1).encode() + b"\n"


def _table(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _add_copies(calls: Path) -> None:
    for path in sorted(calls.glob(f"{_COPIED}.*")):
        shutil.copyfile(path, path.with_name(path.name.replace(_COPIED, _COPY)))
    for path in sorted(calls.glob(f"{_CUT}.*")):
        data = path.read_bytes()
        if path.suffix == ".wav":
            data = data[:_CUT_BYTES]
        if path.name.endswith(".call.json"):
            data = _document({**json.loads(data), "id": _CUT_ID})
        path.with_name(path.name.replace(_CUT, _CUT_COPY)).write_bytes(data)


if __name__ == "__main__":
    sys.exit(main())
