"""Sound that is decoded from a sealed stream: a damaged seal is told as such, through the decoder's own library."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import BinaryIO, cast

import numpy as np
import pytest
from voiced_calls import as_flac, as_wav

from callward.engine import audio, envelope

_SEGMENT = 1 << 20
_SOUND = np.random.default_rng(5).integers(-20000, 20000, (1_400_000, 1)).astype(np.int16)


@pytest.mark.parametrize("encode", [as_wav, as_flac], ids=["WAV", "FLAC"])
def test_a_changed_segment_in_the_middle_ends_the_decoding_with_its_own_reason(
    encode: Callable[[np.ndarray[tuple[int, ...], np.dtype[np.int16]]], bytes],
) -> None:
    key, sealed = envelope.new_key(), io.BytesIO()
    envelope.seal_stream(key, io.BytesIO(encode(_SOUND)), sealed, b"item")
    damaged = bytearray(sealed.getvalue())
    assert len(damaged) > 2 * _SEGMENT
    damaged[3 * _SEGMENT // 2] ^= 1
    reader = envelope.SealedReader(key, envelope.BytesSource(bytes(damaged)), b"item")
    heard: list[int] = []
    blocks = audio.open_audio(cast("BinaryIO", reader)).blocks()
    with pytest.raises(envelope.EnvelopeError) as refused:
        heard.extend(map(len, blocks))
    assert refused.value.code == "sealed_tampered"
    assert sum(heard) <= _SEGMENT, "nothing of the damaged segment is heard"
