"""One call, opened: its recording as a stream, its words as a reader, its facts; never a temporary file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

import orjson

from callward.engine.transcripts import Transcript, parse_transcript
from callward.engine.vcon import (
    Conversation,
    Signature,
    Vcon,
    check_content_hash,
    parse_vcon,
    recordings,
    transcript_of,
)
from callward.intake import callfile, jottings, manifest
from callward.intake.conversations import ConversationReader, vcon_facts
from callward.intake.errors import IntakeError
from callward.intake.facts import CallFacts, IntakeOptions, merged
from callward.intake.files import DISK, MAX_VCON, Files, chunks, read_file
from callward.intake.given import Given
from callward.intake.jottings import attached
from callward.intake.records import given_of
from callward.intake.source import Source

MAX_TRANSCRIPT: Final = 64 * 1024 * 1024


@dataclass(slots=True, repr=False)
class LoadedCall:
    """An opened call; close it, or use it in a ``with`` statement.

    ``recording`` is seekable. ``transcript`` reads the words at a sample rate and raises
    TranscriptError. ``notes`` are codes of what a person should know of a vCon: ``recording_elsewhere``
    (it names a recording that is not here), the state of its signature, its deviations.
    """

    facts: CallFacts
    recording: BinaryIO | None = None
    transcript: Callable[[int], Transcript] | None = None
    notes: tuple[str, ...] = ()
    documents: tuple[tuple[str, bytes], ...] = field(default=())
    written: tuple[str, ...] = ()  # the lines of the agent's note
    filled_in: tuple[str, ...] = ()  # the fields of the form, one a line

    def identity(self) -> Iterator[bytes]:
        """The bytes that make the same input the same call, in chunks for a keyed digest.

        The recording, then transcript or vCon, each behind its kind and length, so that no two
        different inputs give the same bytes. Facts beside them do not count. Leaves the recording at its start.
        """
        yield from self.recording_identity()
        for kind, data in self.documents:
            yield f"{kind} {len(data)}\n".encode()
            yield data

    def recording_identity(self) -> Iterator[bytes]:
        """The part of ``identity`` that the recording gives: all of it for a recording that comes alone."""
        if self.recording is not None:
            size = self.recording.seek(0, io.SEEK_END)
            yield f"recording {size}\n".encode()
            yield from chunks(self.recording)

    def close(self) -> None:
        """Close the recording."""
        if self.recording is not None:
            self.recording.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@dataclass(frozen=True, slots=True, repr=False)
class _TranscriptReader:
    data: bytes
    language: str | None
    agent_channel: int | None

    def __call__(self, rate: int) -> Transcript:
        return parse_transcript(self.data, rate=rate, language=self.language, agent_channel=self.agent_channel)


class Intake:
    """Loads the calls of one run; manifests are read once and forgotten with it. ``files`` opens what sources name."""

    def __init__(self, options: IntakeOptions | None = None, files: Files = DISK) -> None:
        self._options = options or IntakeOptions()
        self._files = files
        self._manifests: dict[Path, dict[str, Given | IntakeError] | IntakeError] = {}

    def gather_facts(self, source: Source, vcon: Given | None = None) -> CallFacts:
        """The facts of a source, ``vcon`` those of its vCon; raises IntakeError."""
        places = [] if vcon is None else [vcon]
        if source.facts is not None:
            places.append(callfile.read_call_file(read_file(source.facts, callfile.MAX_BYTES, self._files)))
        if source.manifest is not None:
            places.append(self._row(source, source.manifest))
        if source.record is not None:
            places.append(given_of(source.record, self._options.lines))
        if self._options.pattern is not None:
            places.append(self._options.pattern.read(source.stem))
        return merged(tuple(places), self._options)

    def load(self, source: Source) -> LoadedCall:
        """The call of a source, opened.

        Raises the source's own refusal, IntakeError, VconError, or ``nothing_in_vcon``,
        ``recording_elsewhere`` and ``several_recordings`` for a vCon without one call that is here.
        """
        if source.refusal is not None:
            raise source.refusal
        if source.vcon is not None:
            return self._of_vcon(source, read_file(source.vcon, MAX_VCON, self._files))
        transcript = None if source.transcript is None else read_file(source.transcript, MAX_TRANSCRIPT, self._files)
        if transcript is not None and _is_vcon(transcript):
            return self._of_vcon(source, transcript)
        facts = self.gather_facts(source)
        call = LoadedCall(facts)
        if transcript is not None:
            call.transcript = _TranscriptReader(transcript, facts.language, facts.agent_channel)
            call.documents = (("transcript", transcript),)
        self._add_notes(call, source)
        if source.recording is not None:
            call.recording = self._files.open(source.recording)
        return call

    def _add_notes(
        self, call: LoadedCall, source: Source, note: bytes | None = None, form: bytes | None = None
    ) -> None:
        """What is written beside the call; a file beside a vCon is newer than what the vCon carries."""
        if source.note is not None:
            note = read_file(source.note, jottings.MAX_BYTES, self._files)
        if source.form is not None:
            form = read_file(source.form, jottings.MAX_BYTES, self._files)
        call.written = jottings.note_lines(note) if note is not None else ()
        call.filled_in = jottings.form_lines(form) if form is not None else ()

    def _row(self, source: Source, path: Path) -> Given:
        if path not in self._manifests:
            try:
                self._manifests[path] = manifest.read_manifest(read_file(path, manifest.MAX_BYTES, self._files))
            except IntakeError as error:
                self._manifests[path] = error
        rows = self._manifests[path]
        if isinstance(rows, IntakeError):
            raise IntakeError(rows.code, rows.detail)
        files = (source.recording, source.vcon, source.transcript)
        keys = [*(path.name for path in files if path is not None), source.stem]
        row = next((rows[key] for key in keys if key in rows), Given())
        if isinstance(row, IntakeError):
            raise IntakeError(row.code, row.detail)
        return row

    def _of_vcon(self, source: Source, data: bytes) -> LoadedCall:
        vcon = parse_vcon(data)
        found = recordings(vcon)
        if len(found) > 1:
            raise IntakeError("several_recordings", "the vCon holds several recordings")
        conversation = transcript_of(vcon, found[0].dialog if found else None)
        facts = self.gather_facts(source, vcon_facts(vcon, conversation))
        call = LoadedCall(facts, documents=(("vcon", data),), notes=_notes(vcon))
        call.transcript = self._words(source, conversation, facts, call)
        self._add_notes(call, source, *attached(vcon))
        _add_recording(call, source, vcon, self._files)
        if call.recording is None and call.transcript is None:
            code = "recording_elsewhere" if "recording_elsewhere" in call.notes else "nothing_in_vcon"
            raise IntakeError(code, "the vCon holds neither a recording nor a transcript that is here")
        return call

    def _words(
        self, source: Source, conversation: Conversation | None, facts: CallFacts, call: LoadedCall
    ) -> Callable[[int], Transcript] | None:
        """A transcript file beside a vCon is newer than what the vCon carries."""
        beside = source.transcript if source.vcon is not None else None
        if beside is not None:
            data = read_file(beside, MAX_TRANSCRIPT, self._files)
            call.documents += (("transcript", data),)
            return _TranscriptReader(data, facts.language, facts.agent_channel)
        return None if conversation is None else ConversationReader(conversation, facts.language, facts.agent_channel)


def _notes(vcon: Vcon) -> tuple[str, ...]:
    signed = () if vcon.signature is Signature.NONE else (vcon.signature.value,)
    return (*signed, *(deviation.value for deviation in vcon.deviations))


def _add_recording(call: LoadedCall, source: Source, vcon: Vcon, files: Files) -> None:
    """The recording inside the vCon, or the file beside it with the dialog's name or the vCon's; its hash must fit."""
    for media in recordings(vcon):
        content = media.content
        if content.data is not None:
            call.recording = io.BytesIO(content.data)
            return
        path = _beside(source, content.filename, files)
        if path is None:
            call.notes += ("recording_elsewhere",)
            return
        stream = files.open(path)
        try:
            check_content_hash(content, chunks(stream))
            stream.seek(0)
        except BaseException:
            stream.close()
            raise
        call.recording = stream


def _beside(source: Source, filename: str | None, files: Files) -> Path | None:
    """A vCon names its media, but only within its own folder."""
    if filename and Path(filename).name == filename and not filename.startswith("."):
        named = source.path.parent / filename
        if files.has(named):
            return named
    return source.recording


def _is_vcon(data: bytes) -> bool:
    """Whether a JSON file without a vCon's ending is one all the same."""
    if data.lstrip()[:1] != b"{":
        return False
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    names = set(value) if isinstance(value, dict) else set()
    return {"parties", "dialog"} <= names or {"payload", "signatures"} <= names or "ciphertext" in names


def load_call(source: Source, options: IntakeOptions | None = None) -> LoadedCall:
    """One call, opened; for many calls use one ``Intake``, which reads each manifest once."""
    return Intake(options).load(source)


def gather_facts(source: Source, options: IntakeOptions | None = None) -> CallFacts:
    """The facts of one source, those of its vCon included; raises IntakeError or VconError."""
    with load_call(source, options) as call:
        return call.facts
