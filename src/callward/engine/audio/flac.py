"""FLAC out: the archive format, lossless, written as the sound streams by."""

from __future__ import annotations

from typing import Self

import numpy as np
import soundfile
from numpy.typing import NDArray

from callward.engine.audio.stream import GuardedTarget, Target

# The lowest of libFLAC's levels: telephone speech is written much faster than at the default and comes out no larger,
# because what the higher levels search for is not in so narrow a band.
_LEVEL = 0.0


class FlacWriter:
    """16-bit FLAC at the input rate, into a seekable stream.

    The stream header (the first 42 bytes) is overwritten when the writer is closed; nothing else is.
    ``target`` stays open. Whatever ``target`` raises comes out of ``write`` or ``close``.
    """

    def __init__(self, target: Target, rate: int, channels: int) -> None:
        self._guard = GuardedTarget(target)
        self._file = soundfile.SoundFile(
            self._guard, "w", rate, channels, subtype="PCM_16", format="FLAC", compression_level=_LEVEL
        )
        self._guard.check()

    def write(self, block: NDArray[np.int16]) -> None:
        """Appends a block of shape (frames, channels)."""
        try:
            self._file.write(block)
        except (soundfile.SoundFileError, AssertionError):  # soundfile asserts that nothing was written short
            self._guard.check()
            raise
        self._guard.check()

    def close(self) -> None:
        """Writes what is left and makes the header final."""
        self._file.close()
        self._guard.flush()
        self._guard.check()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.close()
        else:
            self._file.close()
