"""What a FLAC file carries beside its sound (RFC 9639 section 8): comments, pictures, blocks of applications.

Recordings are written anew at intake and carry none of it. One that does came here another way, and what stands in its
tags nobody has searched.
"""

from __future__ import annotations

from typing import BinaryIO

_STREAMINFO, _PADDING, _SEEKTABLE, _COMMENTS = 0, 1, 3, 4
_MOST_BLOCKS = 128


def tags_of(stream: BinaryIO) -> int:
    """Count the comments and the other blocks of a FLAC file; 0 for anything else. The place in it is lost."""
    stream.seek(0)
    if stream.read(4) != b"fLaC":
        return 0
    tags = 0
    for _ in range(_MOST_BLOCKS):
        header = stream.read(4)
        if len(header) < 4:
            break
        kind, size = header[0] & 0x7F, int.from_bytes(header[1:], "big")
        if kind == _COMMENTS:
            tags += _comments(stream.read(size))
        else:
            tags += kind not in {_STREAMINFO, _PADDING, _SEEKTABLE}
            stream.seek(size, 1)
        if header[0] & 0x80:
            break
    return tags


def _comments(block: bytes) -> int:
    """Read how many comments stand behind the name of the encoder."""
    vendor = int.from_bytes(block[:4], "little")
    return int.from_bytes(block[4 + vendor : 8 + vendor], "little")
