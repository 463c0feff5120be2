"""Every format becomes the same int16 blocks, whatever the file is called."""

from __future__ import annotations

import io
import struct
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sounds import Sound, encoded, need, noise, ulaw_header, wav_bytes

from callward.engine.audio import AudioError, AudioInfo, FlacWriter, Reader, open_audio


def _all(reader: Reader, frames: int = 5000) -> Sound:
    return np.concatenate(list(reader.blocks(frames)))


def _click(rate: int, at: float = 1.0) -> Sound:
    sound = np.zeros((3 * rate, 2), np.int16)
    sound[round(at * rate) : round((at + 0.002) * rate)] = 20000
    return sound


def _onset(sound: Sound, rate: int) -> float:
    level = np.abs(sound[:, 0].astype(int))
    return float(np.argmax(level > level.max() / 2)) / rate


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100, 48000])
def test_wav_of_16_bits_comes_back_sample_by_sample(rate: int, channels: int) -> None:
    sound = noise(12345, channels)
    reader = open_audio(io.BytesIO(wav_bytes(sound, rate)))
    assert reader.info == AudioInfo(rate, channels, 12345, "wav", "pcm_s16")
    assert np.array_equal(_all(reader), sound)


@pytest.mark.parametrize(
    ("subtype", "codec"),
    [
        ("PCM_U8", "pcm_u8"),
        ("PCM_24", "pcm_s24"),
        ("PCM_32", "pcm_s32"),
        ("ULAW", "ulaw"),
        ("ALAW", "alaw"),
        ("GSM610", "gsm610"),
        ("IMA_ADPCM", "ima_adpcm"),
        ("MS_ADPCM", "ms_adpcm"),
    ],
)
def test_every_wav_coding_agrees_with_libsndfile(subtype: str, codec: str) -> None:
    data = wav_bytes(noise(16000), 8000, subtype)
    expected, _ = soundfile.read(io.BytesIO(data), dtype="int16", always_2d=True)
    reader = open_audio(io.BytesIO(data))
    assert reader.info.codec in {codec, "pcm_16"}
    assert np.array_equal(_all(reader), expected)


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_float_wav_is_scaled_clipped_and_never_a_surprise(subtype: str) -> None:
    target = io.BytesIO()
    values = np.array([0.0, 0.5, -0.5, 1.0, -1.0, 3.0, np.nan, np.inf, -np.inf])
    soundfile.write(target, values, 8000, format="WAV", subtype=subtype)
    expected = [0, 16384, -16384, 32767, -32768, 32767, 0, 32767, -32768]
    assert _all(open_audio(target)).ravel().tolist() == expected


def test_all_256_codes_of_g711_agree_with_libsndfile() -> None:
    for tag, subtype in ((7, "ULAW"), (6, "ALAW")):
        data = bytearray(ulaw_header(256, channels=1) + bytes(range(256)))
        struct.pack_into("<H", data, 20, tag)
        raw = io.BytesIO(bytes(range(256)))
        expected, _ = soundfile.read(raw, dtype="int16", samplerate=8000, channels=1, subtype=subtype, format="RAW")
        assert np.array_equal(_all(open_audio(io.BytesIO(bytes(data)))).ravel(), expected)


def test_a_second_pass_begins_at_the_start_and_block_sizes_do_not_matter() -> None:
    sound = noise(10000, 2)
    for data in (wav_bytes(sound), _flac(sound)):
        reader = open_audio(io.BytesIO(data))
        assert np.array_equal(_all(reader, 977), sound)
        assert np.array_equal(_all(reader, 1 << 20), sound)


def _flac(sound: Sound, rate: int = 8000) -> bytes:
    target = io.BytesIO()
    with FlacWriter(target, rate, sound.shape[1]) as writer:
        for start in range(0, len(sound), 3000):
            writer.write(sound[start : start + 3000])
    return target.getvalue()


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000])
def test_flac_is_written_at_the_input_rate_and_lossless(rate: int) -> None:
    sound = noise(20001, 2)
    reader = open_audio(io.BytesIO(_flac(sound, rate)))
    assert reader.info == AudioInfo(rate, 2, 20001, "flac", "flac")
    assert np.array_equal(_all(reader), sound)


def test_flac_without_a_length_in_its_header_is_counted() -> None:
    sound = noise(20001, 2)
    data = bytearray(_flac(sound))
    data[21] &= 0xF0
    data[22:26] = bytes(4)
    reader = open_audio(io.BytesIO(bytes(data)))
    assert reader.info.frames == 20001
    assert np.array_equal(_all(reader), sound)


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
@pytest.mark.parametrize("name", ["click.mp3", "click.opus", "click.ogg", "click.flac"])
def test_a_click_lands_where_it_was_recorded(tmp_path: Path, name: str, rate: int) -> None:
    reader = open_audio(io.BytesIO(encoded(tmp_path, _click(rate), rate, name, "-b:a", "64k")))
    assert abs(_onset(_all(reader), reader.info.rate) - 1.0) <= 0.005
    assert abs(reader.info.frames / reader.info.rate - 3.0) <= 0.005


# 8 kHz is MPEG-2.5, 16 and 22.05 kHz are MPEG-2, the others MPEG-1.
@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100, 48000])
@pytest.mark.parametrize("encoder", ["ffmpeg", "lame", "sox"])
def test_a_click_lands_where_it_was_recorded_in_mp3_without_a_tag(tmp_path: Path, encoder: str, rate: int) -> None:
    reader = open_audio(io.BytesIO(_untagged(tmp_path, _click(rate), rate, encoder)))
    sound = _all(reader)
    assert reader.info.assumed_delay == 1105
    assert abs(_onset(sound, rate) - 1.0) <= 0.005
    assert len(sound) == reader.info.frames >= 3 * rate
    assert np.array_equal(_all(reader, 700), sound)


def _untagged(folder: Path, sound: Sound, rate: int, encoder: str) -> bytes:
    if encoder == "ffmpeg":
        return encoded(folder, sound, rate, "bare.mp3", "-b:a", "48k", "-write_xing", "0")
    need(encoder)
    source, target = folder / "source.wav", folder / "bare.mp3"
    source.write_bytes(wav_bytes(sound, rate))
    command = [encoder, *(("--quiet", "-t", "--resample", str(rate / 1000)) if encoder == "lame" else ())]
    subprocess.run([*command, str(source), str(target)], check=True)
    return target.read_bytes()


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_a_click_lands_where_it_was_recorded_where_lame_decides_on_the_tag(tmp_path: Path, rate: int) -> None:
    need("lame")
    source, target = tmp_path / "source.wav", tmp_path / "own.mp3"
    source.write_bytes(wav_bytes(_click(rate), rate))
    subprocess.run(["lame", "--quiet", str(source), str(target)], check=True)
    reader = open_audio(io.BytesIO(target.read_bytes()))
    assert abs(_onset(_all(reader), reader.info.rate) - 1.0) <= 0.005


@pytest.mark.parametrize("rate", [8000, 44100])
def test_a_tag_that_names_no_delay_leaves_the_encoders_to_be_assumed(tmp_path: Path, rate: int) -> None:
    data = bytearray(encoded(tmp_path, _click(rate), rate, "click.mp3", "-b:a", "48k"))
    place = data.index(b"Info") + 141
    data[place : place + 3] = bytes(3)
    reader = open_audio(io.BytesIO(bytes(data)))
    sound = _all(reader)
    assert (reader.info.assumed_delay, len(sound)) == (576, reader.info.frames)
    assert abs(_onset(sound, rate) - 1.0) <= 0.005


def test_mp3_named_wav_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(encoded(tmp_path, noise(16000), 16000, "call.mp3"))
    with path.open("rb") as stream:
        assert open_audio(stream).info.container == "mp3"


def test_mp3_without_a_length_is_counted(tmp_path: Path) -> None:
    reader = open_audio(io.BytesIO(encoded(tmp_path, noise(16000), 16000, "bare.mp3", "-write_xing", "0")))
    assert len(_all(reader)) == reader.info.frames


def _with_opus_rate(data: bytes, rate: int) -> bytes:
    """The first Ogg page with another input rate, and the page's checksum made right again."""
    changed = bytearray(data)
    place = data.index(b"OpusHead") + 12
    changed[place : place + 4] = struct.pack("<I", rate)
    end = 27 + changed[26] + sum(changed[27 : 27 + changed[26]])
    changed[22:26] = bytes(4)
    changed[22:26] = struct.pack("<I", _ogg_checksum(bytes(changed[:end])))
    return bytes(changed)


def _ogg_checksum(page: bytes) -> int:
    # Ogg's polynomial is zlib's with neither reflection nor inversion.
    mirrored = bytes(int(f"{octet:08b}"[::-1], 2) for octet in page)
    plain = zlib.crc32(mirrored, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{plain:032b}"[::-1], 2)


@pytest.mark.parametrize(
    ("named", "expected"), [(8000, 8000), (16000, 16000), (44100, 44100), (11025, 11025), (0, 48000), (96000, 48000)]
)
def test_opus_comes_at_the_rate_its_header_names(tmp_path: Path, named: int, expected: int) -> None:
    data = _with_opus_rate(encoded(tmp_path, _click(48000), 48000, "click.opus"), named)
    reader = open_audio(io.BytesIO(data))
    assert (reader.info.rate, reader.info.codec) == (expected, "opus")
    assert reader.info.frames == 3 * expected
    assert abs(_onset(_all(reader), expected) - 1.0) <= 0.005


def test_wav_piped_out_of_a_program_has_no_sizes_and_is_read(tmp_path: Path) -> None:
    sound = noise(8000, 2)
    encoding = bytearray(wav_bytes(sound))
    encoding[4:8] = encoding[40:44] = b"\xff\xff\xff\xff"
    assert np.array_equal(_all(open_audio(io.BytesIO(bytes(encoding)))), sound)


class _Dribbling(io.RawIOBase):
    """A raw stream that hands out a few bytes at a time."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._inner = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        return self._inner.tell()

    def read(self, size: int = -1, /) -> bytes:
        return self._inner.read(min(size, 1000))


@pytest.mark.parametrize("container", ["wav", "flac"])
def test_a_stream_that_reads_short_is_read_whole(container: str) -> None:
    sound = noise(9000, 2)
    data = wav_bytes(sound) if container == "wav" else _flac(sound)
    assert np.array_equal(_all(open_audio(_Dribbling(data))), sound)


class _Tampered(io.BytesIO):
    """A sealed stream whose second half was changed."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 30000:
            raise AudioError("sealed_tampered")
        return super().read(size)


@pytest.mark.parametrize("container", ["wav", "flac"])
def test_what_the_stream_refuses_is_not_mistaken_for_an_end(container: str) -> None:
    sound = noise(40000, 2)
    reader = open_audio(_Tampered(wav_bytes(sound) if container == "wav" else _flac(sound)))
    with pytest.raises(AudioError, match="sealed_tampered"):
        _all(reader)


class _FullDisk(io.BytesIO):
    def write(self, data: object, /) -> int:
        if self.tell() > 5000:
            raise OSError(28, "No space left on device")
        return super().write(data)  # type: ignore[arg-type] # bytes, as any file takes


def test_a_full_disk_comes_out_of_the_writer() -> None:
    sound = noise(80000, 2)
    with FlacWriter(io.BytesIO(), 8000, 2) as roomy:
        roomy.write(sound)
    with pytest.raises(OSError, match="No space left"), FlacWriter(_FullDisk(), 8000, 2) as writer:
        writer.write(sound)


def test_sox_piped_wav_is_read(tmp_path: Path) -> None:
    need("sox")
    data = wav_bytes(noise(8000, 2))
    command = ["sox", "-t", "wav", "-", "-t", "wav", "-e", "mu-law", "-"]
    piped = subprocess.run(command, input=data, capture_output=True, check=True).stdout
    assert open_audio(io.BytesIO(piped)).info.frames == 8000
