"""Checkpoints, the signed tree heads of a log: c2sp.org/tlog-checkpoint."""

from __future__ import annotations

from dataclasses import dataclass

from callward.engine.tlog._strict import decode_text, format_base64, parse_decimal, parse_hash
from callward.engine.tlog.errors import LogError
from callward.engine.tlog.merkle import TreeHead
from callward.engine.tlog.note import MAX_NOTE_BYTES, Note, SigningKey, VerifierKey, parse_note, sign_note, verify_note

_MAX_ORIGIN_BYTES = 255
_MAX_EXTENSIONS = 16


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state that a log commits to: its origin, its tree, and extension lines (Callward writes none)."""

    origin: str
    head: TreeHead
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        lines = (self.origin, *self.extensions)
        if len(self.extensions) > _MAX_EXTENSIONS or len(self.origin.encode(errors="replace")) > _MAX_ORIGIN_BYTES:
            raise LogError("checkpoint_malformed", "too long an origin or too many extension lines")
        if any(not line or any(sign < " " for sign in line) for line in lines):
            raise LogError("checkpoint_malformed", "an empty line or a control character")

    @property
    def text(self) -> str:
        """The note text: origin, size, root and extensions, a line each."""
        lines = (self.origin, str(self.head.size), format_base64(self.head.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """The dual of ``Checkpoint.text``; raises ``LogError``."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop():
        raise LogError("checkpoint_malformed", "expected at least three lines")
    origin, size, root, *extensions = lines
    return Checkpoint(origin, TreeHead(parse_decimal(size), parse_hash(root)), tuple(extensions))


def sign_checkpoint(checkpoint: Checkpoint, key: SigningKey) -> Note:
    """The checkpoint under the log's signature.

    Caller's duty: one log never signs two checkpoints of which the smaller is not the beginning of the larger.
    """
    if key.name != checkpoint.origin:
        raise LogError("origin_mismatch", "the key is named for another log")
    decode_text(checkpoint.text.encode(), MAX_NOTE_BYTES, "checkpoint")
    return sign_note(checkpoint.text, key)


def open_checkpoint(data: bytes, log: VerifierKey) -> tuple[Checkpoint, Note]:
    """Read a checkpoint and verify that this log signed it: ``RefutedError`` where not, ``LogError`` where unreadable.

    The origin line must equal the key's name, so that one key vouches for one log.
    """
    note = parse_note(data)
    checkpoint = parse_checkpoint(note.text)
    verify_note(note, [log])
    if checkpoint.origin != log.name:
        raise LogError("origin_mismatch", "the checkpoint is another log's")
    return checkpoint, note
