"""Recordings in the files that telephone systems leave behind, and vCons around them."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import json
import os
import struct
import subprocess
import uuid
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from phone import RATE, encode_g711
from render import Rendered

Pcm = npt.NDArray[np.int16]

_WAVE_TAG = {"alaw": 6, "ulaw": 7}


def wav_g711(pcm: Pcm, law: str) -> bytes:
    """A WAV file of G.711 codes with the fact chunk that compressed formats need."""
    codes = encode_g711(pcm, law).tobytes()
    channels = pcm.shape[1]
    layout = struct.pack("<HHIIHHH", _WAVE_TAG[law], channels, RATE, RATE * channels, channels, 8, 0)
    chunks = b"fmt " + struct.pack("<I", len(layout)) + layout
    chunks += b"fact" + struct.pack("<II", 4, len(pcm))
    chunks += b"data" + struct.pack("<I", len(codes)) + codes + b"\0" * (len(codes) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def flac(pcm: Pcm) -> bytes:
    """A FLAC file of 16-bit samples."""
    out = io.BytesIO()
    soundfile.write(out, pcm, RATE, format="FLAC", subtype="PCM_16", compression_level=1.0)
    return out.getvalue()


def mp3(pcm: Pcm) -> bytes:
    """An MP3 file at 24 kbit/s, both channels coded apart, with the encoder's delay in its header."""
    return _ffmpeg(pcm, ["-c:a", "libmp3lame", "-b:a", "24k", "-joint_stereo", "0", "-id3v2_version", "0", "-f", "mp3"])


def opus(pcm: Pcm) -> bytes:
    """An Ogg/Opus file at 20 kbit/s with 8000 Hz as its input rate."""
    options = ["-c:a", "libopus", "-b:a", "20k", "-application", "voip", "-fflags", "+bitexact", "-f", "ogg"]
    return _ffmpeg(pcm, options)


def _ffmpeg(pcm: Pcm, options: list[str]) -> bytes:
    # Both formats patch their headers at the end, so ffmpeg writes to memory through a file descriptor that can seek.
    source = ["-f", "s16le", "-ar", str(RATE), "-ac", str(pcm.shape[1]), "-i", "pipe:0"]
    command = ["ffmpeg", "-v", "error", "-nostdin", *source, "-map_metadata", "-1", *options]
    with os.fdopen(os.memfd_create("recording"), "w+b") as target:
        path = f"/proc/self/fd/{target.fileno()}"
        subprocess.run(
            [*command, "-y", path], input=pcm.astype("<i2").tobytes(), check=True, pass_fds=(target.fileno(),)
        )
        target.seek(0)
        return target.read()


def vcon(call: Rendered, facts: dict[str, str], recording: tuple[str, bytes], analysis: tuple[str, bytes]) -> bytes:
    """An unsigned vCon (draft-ietf-vcon-vcon-core-03) with its recording inline.

    Keyed digits stand in ``party_history`` as telephone systems report them.
    """
    mediatype, sound = recording
    vendor, transcript = analysis
    start = dt.datetime.fromisoformat(facts["started_at"])
    history = [
        {
            "party": 1,
            "time": (start + dt.timedelta(seconds=begin / RATE)).isoformat(timespec="milliseconds"),
            "event": "keydown",
            "button": digit,
        }
        for turn in call.turns
        for digit, (begin, _) in zip(turn.keys, turn.tones, strict=True)
    ]
    caller = {"tel": facts["caller"]} if facts["caller"] else {"name": "anonymous"}
    dialog: dict[str, Any] = {
        "type": "recording",
        "start": facts["started_at"],
        "duration": round(len(call.pcm) / RATE, 3),
        "parties": [0, 1],
        "originator": 1,
        "mediatype": mediatype,
        "filename": f"{facts['id']}.{'mp3' if 'mp3' in mediatype else 'ogg'}",
        "interaction_type": "call",
        "interaction_id": facts["id"],
        "skill": [facts["line"]],
        "body": _base64url(sound),
        "encoding": "base64url",
    }
    if history:
        dialog["party_history"] = history
    return _compact(
        {
            "uuid": str(_uuid8(facts["id"], start)),
            "created_at": facts["started_at"],
            "extensions": ["CC"],
            "parties": [
                {"name": facts["agent"], "type": "person", "role": "agent"},
                {**caller, "type": "person", "role": "contact"},
            ],
            "dialog": [dialog],
            "analysis": [
                {
                    "type": "transcript",
                    "dialog": 0,
                    "vendor": vendor,
                    "mediatype": "application/json",
                    "encoding": "json",
                    "body": json.loads(transcript),
                }
            ],
            "attachments": [],
        }
    )


def _uuid8(name: str, start: dt.datetime) -> uuid.UUID:
    """The draft's version 8: the time layout of version 7, the low 62 bits from the SHA-1 of a host name."""
    milliseconds = int(start.timestamp() * 1000)
    host = int.from_bytes(hashlib.sha1(f"{name}.example.org".encode()).digest()[:8], "big") >> 2
    fraction = int.from_bytes(hashlib.sha256(name.encode()).digest()[:2], "big") & 0xFFF
    return uuid.UUID(int=(milliseconds << 80) | (8 << 76) | (fraction << 64) | (2 << 62) | host)


def signed(payload: bytes) -> tuple[bytes, bytes]:
    """A vCon as JWS General JSON (RS256, x5c), and the self-signed certificate in PEM.

    The key is made for this one signature and thrown away.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "recorder.example.org")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2036, 11, 1, tzinfo=dt.UTC))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain = [base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()]
    protected = _base64url(_compact({"alg": "RS256", "x5c": chain}))
    body = _base64url(payload)
    signature = key.sign(f"{protected}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
    # The draft asks for alg and x5c in the unprotected header too, which RFC 7515 forbids to repeat;
    # real signers follow the draft's own example, so this file does.
    header = {"alg": "RS256", "x5c": chain, "uuid": json.loads(payload)["uuid"]}
    document = {
        "payload": body,
        "signatures": [{"header": header, "protected": protected, "signature": _base64url(signature)}],
    }
    return _compact(document), certificate.public_bytes(serialization.Encoding.PEM)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
