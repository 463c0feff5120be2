"""Masking: windows of whole samples, silence or tone within, short fades outside, and the check of all that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from callward.engine.audio.model import AudioError, DtmfEvent, Fill, Stretch

PAD_MS = 150
FADE_MS = 5
_DTMF_PAD_MS = 60
# 440 Hz is far below the lowest frequency of DTMF, and -20 dB of full scale is not a fright in a headset.
_TONE_HZ = 440
_TONE_PEAK = 3277


def pad(stretches: Iterable[Stretch], *, rate: int, frames: int, pad_ms: int = PAD_MS) -> tuple[Stretch, ...]:
    """Windows: each stretch widened by ``pad_ms`` on both sides and held within ``[0, frames)``.

    This is the only place where a finding's stretch is widened. A stretch that misses the recording by more than
    that, or ends before it starts, is refused, because what it names cannot be masked: AudioError
    ``audio_stretch_outside``. One without length (a word whose start is its end) gets its padding.
    """
    margin = rate * pad_ms // 1000
    padded = []
    for stretch in stretches:
        start, end = max(0, stretch.start - margin), min(frames, stretch.end + margin)
        if start >= end or stretch.start > stretch.end:
            raise AudioError("audio_stretch_outside", "a stretch to be masked lies outside the recording")
        padded.append(Stretch(start, end, stretch.channels))
    return tuple(padded)


def mute_stretches(events: Iterable[DtmfEvent], *, rate: int, frames: int) -> tuple[Stretch, ...]:
    """Windows over keyed tones: 60 ms before and after, all channels, because the other side may hear an echo."""
    found = [Stretch(max(0, event.start), min(frames, event.end)) for event in events]
    return pad(found, rate=rate, frames=frames, pad_ms=_DTMF_PAD_MS)


def merge(windows: Iterable[Stretch], channel: int, *, gap: int = 0) -> tuple[Stretch, ...]:
    """The windows of one channel in order, those that overlap or lie at most ``gap`` frames apart made one."""
    merged: list[Stretch] = []
    for window in sorted(Stretch(w.start, w.end) for w in windows if w.channels is None or channel in w.channels):
        if merged and window.start <= merged[-1].end + gap:
            last = merged.pop()
            window = Stretch(last.start, max(last.end, window.end))  # noqa: PLW2901 - the window grows
        merged.append(window)
    return tuple(merged)


class Masker:
    """Writes silence or a tone over windows of a recording that streams by in blocks of any size.

    Inside a window every sample is exactly what ``filled`` says; outside, it is untouched but for a linear fade
    of ``fade_ms`` before and after. Windows closer than two fades are one. Same number of frames out as in.
    """

    def __init__(
        self, windows: Sequence[Stretch], fill: Fill, *, rate: int, channels: int, fade_ms: int = FADE_MS
    ) -> None:
        self._fill = fill
        self._rate = rate
        self._fade = rate * fade_ms // 1000
        self._windows = effective(windows, rate=rate, channels=channels, fade_ms=fade_ms)
        self._starts = [np.array([w.start for w in one], np.int64) for one in self._windows]
        self._position = 0

    def mask(self, block: NDArray[np.int16]) -> NDArray[np.int16]:
        """The next block of shape (frames, channels), masked; the block itself where nothing touches it."""
        begin, end = self._position, self._position + len(block)
        self._position = end
        masked: NDArray[np.int16] | None = None
        for channel, windows in enumerate(self._windows):
            first = int(np.searchsorted(self._starts[channel], begin - self._fade, side="left"))
            for window in _near(windows, max(0, first - 1), begin - self._fade, end + self._fade):
                masked = block.copy() if masked is None else masked
                self._write(masked[:, channel], window, begin, end)
        return block if masked is None else masked

    def _write(self, sound: NDArray[np.int16], window: Stretch, begin: int, end: int) -> None:
        start, stop = max(window.start, begin), min(window.end, end)
        if start < stop:
            sound[start - begin : stop - begin] = filled(self._fill, start, stop, self._rate)
        self._ramp(sound, begin, window.start - self._fade, window.start, falling=True)
        self._ramp(sound, begin, window.end, window.end + self._fade, falling=False)

    def _ramp(self, sound: NDArray[np.int16], begin: int, start: int, stop: int, *, falling: bool) -> None:
        low, high = max(start, begin), min(stop, begin + len(sound))
        if low >= high:
            return
        steps = np.arange(low, high) - start
        gain = (self._fade - steps if falling else steps + 1) / (self._fade + 1)
        part = slice(low - begin, high - begin)
        sound[part] = np.rint(sound[part] * gain).astype(np.int16)


def effective(
    windows: Sequence[Stretch], *, rate: int, channels: int, fade_ms: int = FADE_MS
) -> tuple[tuple[Stretch, ...], ...]:
    """For each channel the windows that are really written: merged, also across gaps too short for two fades.

    Raises AudioError ``audio_stretch_outside`` where a window names no channel, or one that is not there.
    """
    for window in windows:
        if window.channels is not None and not (window.channels and set(window.channels) <= set(range(channels))):
            raise AudioError("audio_stretch_outside", "a stretch to be masked names a channel that is not there")
    gap = 2 * (rate * fade_ms // 1000)
    return tuple(merge(windows, channel, gap=gap) for channel in range(channels))


def filled(fill: Fill, start: int, end: int, rate: int) -> NDArray[np.int16]:
    """What stands in frames ``[start, end)`` of a window; the tone's phase comes from the frame's own number."""
    if fill is Fill.SILENCE:
        return np.zeros(end - start, np.int16)
    # The phase is taken modulo one second, in integers: exact for any length of recording.
    phase = (np.arange(start, end, dtype=np.int64) * _TONE_HZ) % rate
    tone: NDArray[np.float64] = np.rint(_TONE_PEAK * np.sin(phase * (2 * np.pi / rate)))
    return tone.astype(np.int16)


def verify_masked(
    blocks: Iterable[NDArray[np.int16]],
    windows: Sequence[Stretch],
    fill: Fill,
    *,
    rate: int,
    channels: int,
    frames: int,
) -> None:
    """Holds every sample of every window in the decoded blocks against what ``Masker`` writes there.

    Raises AudioError ``audio_mask_broken`` or ``audio_duration_changed``.
    """
    merged = effective(windows, rate=rate, channels=channels)
    position = 0
    for block in blocks:
        if block.shape[1:] != (channels,):
            raise AudioError("audio_mask_broken", "the masked recording has other channels than the original")
        for channel in range(channels):
            for window in _near(merged[channel], 0, position, position + len(block)):
                start, stop = max(window.start, position), min(window.end, position + len(block))
                sound = block[start - position : stop - position, channel]
                if not np.array_equal(sound, filled(fill, start, stop, rate)):
                    raise AudioError("audio_mask_broken", "a masked stretch does not hold what was written there")
        position += len(block)
    if position != frames:
        raise AudioError("audio_duration_changed", "the masked recording is not as long as the original")


def _near(windows: Sequence[Stretch], first: int, begin: int, end: int) -> Iterator[Stretch]:
    """The windows, from ``first`` on, that touch ``[begin, end)``."""
    for window in windows[first:]:
        if window.start >= end:
            return
        if window.end > begin:
            yield window
