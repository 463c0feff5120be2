"""Fuzz one parser with atheris: whatever bytes it is given, it answers, or refuses with an ``Error`` that has a code.

``python tests/fuzz/parsers.py PARSER CORPUS... [libFuzzer's options]``
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["callward"]):
    from callward import sheet
    from callward.certificate.form import decode_text
    from callward.engine import audio, envelope, tlog, transcripts, vcon
    from callward.engine.errors import Error
    from callward.intake.callfile import read_call_file
    from callward.intake.jottings import form_lines, note_lines
    from callward.intake.manifest import read_manifest
    from callward.intake.records import read_records

_KEY = bytes(32)
_RATE = 8000


def _recording(data: bytes) -> None:
    for _block in audio.open_audio(io.BytesIO(data)).blocks():
        pass


def _vcon(data: bytes) -> None:
    read = vcon.parse_vcon(data)
    for number in (None, *range(len(read.dialogs))):
        vcon.transcript_of(read, number)
    vcon.legs_of(read), vcon.messages_of(read), vcon.unread(read)
    again = vcon.parse_vcon(vcon.write_vcon(read))
    assert not again.deviations


def _sealed(data: bytes) -> None:
    envelope.open_stream(_KEY, envelope.BytesSource(data), io.BytesIO(), b"")


def _note(data: bytes) -> None:
    note = tlog.parse_note(data)
    assert tlog.format_note(note) == data
    tlog.parse_checkpoint(note.text)


def _entry(data: bytes) -> None:
    assert tlog.encode_entry(tlog.decode_entry(data)) == data


def _proof(data: bytes) -> None:
    assert tlog.format_proof_file(tlog.parse_proof_file(data)) == data


def _certificate(data: bytes) -> None:
    decode_text(tlog.parse_note(data).text)


def _records(name: str) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        found = read_records(Path(name), data)
        for record in found.records if found else ():
            assert isinstance(record, Error) or record is not None

    return read


PARSERS: Mapping[str, Callable[[bytes], object]] = {
    "transcript": lambda data: transcripts.parse_transcript(data, rate=_RATE),
    "kept_transcript": transcripts.load_transcript,
    "sheet": sheet.load_sheet,
    "vcon": _vcon,
    "recording": _recording,
    "sealed": _sealed,
    "value": lambda data: envelope.open_value(_KEY, data, b""),
    "note": _note,
    "entry": _entry,
    "proof": _proof,
    "bundle": lambda data: tlog.parse_bundle(data, 3),
    "policy": tlog.parse_policy,
    "add_checkpoint": tlog.parse_add_checkpoint,
    "certificate": _certificate,
    "call_file": read_call_file,
    "manifest": read_manifest,
    "note_text": note_lines,
    "form": form_lines,
    "records_json": _records("records.json"),
    "records_csv": _records("Master.csv"),
    "records_xml": _records("record.cdr.xml"),
}


def main() -> None:
    parse = PARSERS[sys.argv.pop(1)]

    def once(data: bytes) -> None:
        try:
            parse(data)
        except Error as refusal:
            if not refusal.code:
                raise AssertionError("a refusal without a code") from refusal

    atheris.Setup(sys.argv, once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
