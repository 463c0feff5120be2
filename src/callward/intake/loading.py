"""One call, opened: its recording as a stream, its words as a reader, its facts; never a temporary file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from callward.engine.transcripts import Transcript, parse_transcript, without_times
from callward.engine.vcon import (
    Conversation,
    Recording,
    Signature,
    Vcon,
    messages_of,
    parse_vcon,
    recordings,
    transcript_of,
    transcripts_in,
    unread,
)
from callward.intake import callfile, jottings, manifest
from callward.intake.conversations import ConversationReader, is_vcon, vcon_facts
from callward.intake.errors import IntakeError
from callward.intake.facts import CallFacts, IntakeOptions, merged
from callward.intake.files import DISK, MAX_VCON, Files, chunks, read_file
from callward.intake.given import Given
from callward.intake.jottings import attached
from callward.intake.leg_words import words_of
from callward.intake.legs import join_legs
from callward.intake.media import open_one_of_several, open_recording
from callward.intake.records import given_of
from callward.intake.source import Source

MAX_TRANSCRIPT: Final = 64 * 1024 * 1024


@dataclass(slots=True, repr=False)
class LoadedCall:
    """An opened call; close it, or use it in a ``with`` statement.

    ``recording`` is seekable; where it was joined of several, ``parts`` are they. ``transcript`` reads the words at a
    sample rate and raises TranscriptError. ``notes`` are codes of what a person should know of a vCon:
    ``recording_elsewhere`` (it names a recording that is not here), the state of its signature, its deviations.
    ``doubts`` are codes of what a person must look at before anything is released.
    """

    facts: CallFacts
    recording: BinaryIO | None = None
    transcript: Callable[[int], Transcript] | None = None
    parts: tuple[BinaryIO, ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
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
        alone = () if self.recording is None else (self.recording,)
        for part in self.parts or alone:
            size = part.seek(0, io.SEEK_END)
            yield f"recording {size}\n".encode()
            yield from chunks(part)

    def close(self) -> None:
        """Close the recording and what it was joined of."""
        for stream in (self.recording, *self.parts):
            if stream is not None:
                stream.close()

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

        Raises the source's own refusal, IntakeError, VconError, AudioError, or ``nothing_in_vcon`` and
        ``recording_elsewhere`` for a vCon without a call that is here as a whole.
        """
        if source.refusal is not None:
            raise source.refusal
        if source.vcon is not None:
            return self._of_vcon(source, read_file(source.vcon, MAX_VCON, self._files))
        transcript = None if source.transcript is None else read_file(source.transcript, MAX_TRANSCRIPT, self._files)
        if transcript is not None and is_vcon(transcript):
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
        call = LoadedCall(CallFacts(), documents=(("vcon", data),), notes=_notes(vcon))
        try:
            if len(found) > 1:
                self._add_legs(call, source, vcon)
            else:
                self._add_one(call, source, vcon, found[0] if found else None)
            self._add_notes(call, source, *attached(vcon))
            # A note has no speakers, and without them an answer is not known for one: messages cannot be kept as one.
            beside = found and messages_of(vcon)
            if beside or (unread(vcon) and (found or not transcripts_in(vcon))):
                call.doubts += ("dialog_left_out",)
        except BaseException:
            call.close()
            raise
        return call

    def _add_one(self, call: LoadedCall, source: Source, vcon: Vcon, found: Recording | None) -> None:
        conversation = transcript_of(vcon, found.dialog if found else None)
        call.facts = self.gather_facts(source, vcon_facts(vcon, conversation))
        call.transcript = self._words(source, conversation, call)
        if found is not None:
            call.recording = open_recording(found.content, source, self._files, alone=True)
            call.notes += () if call.recording is not None else ("recording_elsewhere",)
        if call.recording is None and call.transcript is None:
            code = "recording_elsewhere" if found is not None else "nothing_in_vcon"
            raise IntakeError(code, "the vCon holds neither a recording nor a transcript that is here")

    def _add_legs(self, call: LoadedCall, source: Source, vcon: Vcon) -> None:
        legs = join_legs(vcon, lambda recording: open_one_of_several(recording, source, self._files))
        call.recording, call.parts = legs.recording, legs.parts
        if not all(leg.exact for leg in legs.laid):
            # What of one side is heard on the other may be too far from it to be looked for.
            call.doubts += ("sides_not_aligned",)
        words = words_of(vcon, legs.laid)
        told = replace(vcon_facts(vcon, words.conversation), agent_channel=legs.agent_channel)
        call.facts = self.gather_facts(source, told if legs.started is None else replace(told, started=legs.started))
        beside = self._words(source, None, call)
        if beside is not None:
            # Nothing tells which of the recordings its times count from.
            call.transcript = lambda rate: without_times(beside(rate))
            return
        call.transcript = words.reader(legs, call.facts.language, call.facts.agent_channel)
        if words.partial:
            call.doubts += ("recording_without_words",)

    def _words(
        self, source: Source, conversation: Conversation | None, call: LoadedCall
    ) -> Callable[[int], Transcript] | None:
        """A transcript file beside a vCon is newer than what the vCon carries."""
        facts = call.facts
        beside = source.transcript if source.vcon is not None else None
        if beside is not None:
            data = read_file(beside, MAX_TRANSCRIPT, self._files)
            call.documents += (("transcript", data),)
            return _TranscriptReader(data, facts.language, facts.agent_channel)
        return None if conversation is None else ConversationReader(conversation, facts.language, facts.agent_channel)


def _notes(vcon: Vcon) -> tuple[str, ...]:
    signed = () if vcon.signature is Signature.NONE else (vcon.signature.value,)
    return (*signed, *(deviation.value for deviation in vcon.deviations))


def load_call(source: Source, options: IntakeOptions | None = None) -> LoadedCall:
    """One call, opened; for many calls use one ``Intake``, which reads each manifest once."""
    return Intake(options).load(source)


def gather_facts(source: Source, options: IntakeOptions | None = None) -> CallFacts:
    """The facts of one source, those of its vCon included; raises IntakeError or VconError."""
    with load_call(source, options) as call:
        return call.facts
