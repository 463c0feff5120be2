"""Signed notes and their keys: c2sp.org/signed-note, Ed25519 (RFC 8032)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from callward.engine.tlog._strict import decode_text, format_base64, parse_base64
from callward.engine.tlog.errors import LogError, RefutedError

MAX_NOTE_BYTES = 131_072
MAX_SIGNATURES = 64
_MAX_NAME_BYTES = 255
_MAX_KEY_TEXT = 512
_KEY_ID_BYTES = 4
_KEY_BYTES = 32
_ED25519_BYTES = 64
_DASH = "— "
_PRIVATE = "PRIVATE+KEY+"


class KeyKind(IntEnum):
    """The signature types of c2sp.org/signed-note that Callward makes and checks."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who claims to have signed (name and 4-byte key id), and the signature's bytes."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {format_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline and the signatures under it, as parsed: nothing is verified yet."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def with_signatures(self, signatures: Sequence[NoteSignature]) -> Note:
        """The note with further signatures under it; one that already stands there is not repeated."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *signatures))))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key by name and kind; in text a vkey, ``name+hex key id+base64(kind ‖ key)``."""

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public) != _KEY_BYTES:
            raise LogError("key_malformed", "an Ed25519 key is 32 bytes")

    @property
    def key_id(self) -> bytes:
        """SHA-256(name ‖ 0x0A ‖ kind ‖ key), its first four bytes."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_KEY_ID_BYTES]

    def matches(self, signature: NoteSignature) -> bool:
        """Whether the signature claims to be this key's."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def verify(self, signature: bytes, message: bytes) -> None:
        """Nothing if the 64 bytes are this key's Ed25519 signature of the message, else ``RefutedError``."""
        if len(signature) != _ED25519_BYTES:
            raise RefutedError("signature_invalid", "the signature has another length")
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise RefutedError("signature_invalid", "a signature of a known key does not verify") from None


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key by name and kind; ``seed`` is the 32 secret bytes of RFC 8032, kept out of any print."""

    name: str
    kind: KeyKind
    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.seed) != _KEY_BYTES:
            raise LogError("key_malformed", "an Ed25519 seed is 32 bytes")

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.kind, self._private().public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature of the message."""
        return self._private().sign(message)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def parse_note(data: bytes) -> Note:
    """Read a signed note; raises ``LogError``. What it says is worth nothing before ``verify_note``."""
    whole = decode_text(data, MAX_NOTE_BYTES, "note")
    text, gap, lines = whole.rpartition("\n\n")
    if not gap or not text or not lines:
        raise LogError("note_malformed", "no blank line between text and signatures")
    return Note(text + "\n", parse_signatures(lines))


def parse_signatures(lines: str) -> tuple[NoteSignature, ...]:
    """Read signature lines, each ended by a newline; at least one, at most 64."""
    parts = lines.split("\n")
    if len(parts) < 2 or parts.pop():
        raise LogError("note_malformed", "the last signature line does not end")
    if len(parts) > MAX_SIGNATURES:
        raise LogError("note_too_large", "at most 64 signatures are read")
    return tuple(_parse_signature(line) for line in parts)


def format_note(note: Note) -> bytes:
    """The dual of ``parse_note``."""
    return (note.text + "\n" + "".join(item.line for item in note.signatures)).encode()


def sign_note(text: str, key: SigningKey) -> Note:
    """A note under one plain Ed25519 signature; the text ends in a newline."""
    if key.kind is not KeyKind.ED25519:
        raise LogError("key_kind", "a cosigning key does not sign notes")
    decode_text(text.encode(), MAX_NOTE_BYTES, "note")
    return Note(text, (NoteSignature(key.name, key.verifier.key_id, key.sign(text.encode())),))


def verify_note(note: Note, keys: Sequence[VerifierKey]) -> None:
    """Nothing if at least one of the keys signed the note and none that claims to have signed it fails.

    Signatures of keys that are not given are ignored. Cosigning keys belong to ``verify_cosignatures``.
    """
    if any(key.kind is not KeyKind.ED25519 for key in keys):
        raise LogError("key_kind", "a cosigning key does not sign notes")
    message = note.text.encode()
    known = [(key, item) for item in note.signatures for key in keys if key.matches(item)]
    for key, item in known:
        key.verify(item.signature, message)
    if not known:
        raise RefutedError("unsigned", "no signature of a known key")


def parse_vkey(text: str) -> VerifierKey:
    """Read a vkey; raises ``LogError`` where the key id does not belong to name and key."""
    name, key_id, kind, public = _split_key(text)
    key = VerifierKey(name, kind, public)
    if key.key_id != key_id:
        raise LogError("key_malformed", "the key id does not belong to the key")
    return key


def format_vkey(key: VerifierKey) -> str:
    """The dual of ``parse_vkey``."""
    return f"{key.name}+{key.key_id.hex()}+{format_base64(bytes([key.kind]) + key.public)}"


def parse_signing_key(text: str) -> SigningKey:
    """Read ``PRIVATE+KEY+name+hex key id+base64(kind ‖ seed)``, the form that Go's note package writes."""
    if not text.startswith(_PRIVATE):
        raise LogError("key_malformed", "not a private key")
    name, key_id, kind, seed = _split_key(text.removeprefix(_PRIVATE))
    key = SigningKey(name, kind, seed)
    if key.verifier.key_id != key_id:
        raise LogError("key_malformed", "the key id does not belong to the key")
    return key


def format_signing_key(key: SigningKey) -> str:
    """The dual of ``parse_signing_key``: secret, for a file that only its owner reads."""
    return f"{_PRIVATE}{key.name}+{key.verifier.key_id.hex()}+{format_base64(bytes([key.kind]) + key.seed)}"


def _split_key(text: str) -> tuple[str, bytes, KeyKind, bytes]:
    # The base64 may hold a plus sign itself, so only the first two separate.
    parts = text.split("+", 2)
    if len(text) > _MAX_KEY_TEXT or len(parts) != 3:
        raise LogError("key_malformed", "expected name, key id and key")
    name, key_id, material = parts
    data = parse_base64(material)
    if len(key_id) != 2 * _KEY_ID_BYTES or not set(key_id) <= set("0123456789abcdef"):
        raise LogError("key_malformed", "a key id is 8 lower-case hexadecimal digits")
    if not data or data[0] not in {kind.value for kind in KeyKind}:
        raise LogError("key_kind", "a kind of key that is not supported")
    return name, bytes.fromhex(key_id), KeyKind(data[0]), data[1:]


def _parse_signature(line: str) -> NoteSignature:
    name, gap, material = line.removeprefix(_DASH).rpartition(" ")
    if not line.startswith(_DASH) or not gap:
        raise LogError("note_malformed", "a line that is no signature")
    _check_name(name)
    data = parse_base64(material)
    if len(data) <= _KEY_ID_BYTES:
        raise LogError("note_malformed", "a signature without bytes")
    return NoteSignature(name, data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])


def _check_name(name: str) -> None:
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        raise LogError("key_name_malformed", "not UTF-8") from None
    if not 0 < length <= _MAX_NAME_BYTES or any(sign.isspace() or sign == "+" or sign < " " for sign in name):
        raise LogError("key_name_malformed", "1 to 255 bytes without spaces and plus signs")
