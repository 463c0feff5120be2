"""Speech with the true times of its words, from eSpeak NG through its library's word events."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float64]

_SYNCHRONOUS = 2
_UTF8 = 1
_CHARACTERS = 1
_EVENT_WORD = 1
_RATE_PARAMETER, _PITCH_PARAMETER, _RANGE_PARAMETER = 1, 3, 4


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of eSpeak NG such as ``sv+f2``, with words a minute and pitch (0-99)."""

    name: str
    speed: int
    pitch: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """Mono samples (-1..1) and, for each word of the text, its start and end in samples."""

    samples: Samples
    rate: int
    words: tuple[tuple[int, int], ...]


class _EventId(ctypes.Union):
    _fields_: ClassVar = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_: ClassVar = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    ]


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Synthesiser:
    """One loaded eSpeak NG. The library holds global state: make one of these in a process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ]
        self.rate = int(self._library.espeak_Initialize(_SYNCHRONOUS, 1000, None, 0))
        if self.rate <= 0:
            message = "eSpeak NG did not start"
            raise SystemExit(message)
        self._blocks: list[npt.NDArray[np.int16]] = []
        self._events: list[tuple[int, int]] = []
        self._callback = _CALLBACK(self._receive)  # kept alive here: the library calls it later
        self._library.espeak_SetSynthCallback(self._callback)

    def _receive(self, wave: object, count: int, events: object) -> int:
        if wave and count:
            self._blocks.append(np.ctypeslib.as_array(wave, shape=(count,)).copy())
        index = 0
        while (event := events[index]).type:  # type: ignore[index]
            if event.type == _EVENT_WORD:
                self._events.append((event.text_position - 1, event.sample))
            index += 1
        return 0

    def speak(self, words: tuple[str, ...], voice: Voice) -> Spoken:
        """Say ``words`` (punctuation stays with its word) and place each of them in the sound."""
        text = " ".join(words)
        self._blocks, self._events = [], []
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            message = f"eSpeak NG has no voice {voice.name}"
            raise SystemExit(message)
        self._library.espeak_SetParameter(_RATE_PARAMETER, voice.speed, 0)
        self._library.espeak_SetParameter(_PITCH_PARAMETER, voice.pitch, 0)
        self._library.espeak_SetParameter(_RANGE_PARAMETER, 60, 0)
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, _CHARACTERS, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._blocks).astype(np.float64) / 32768
        return Spoken(samples, self.rate, _place(words, self._events, samples, self.rate))


def _place(
    words: tuple[str, ...], events: list[tuple[int, int]], samples: Samples, rate: int
) -> tuple[tuple[int, int], ...]:
    """Give each word the stretch from its event to the next one, without the silence at either end.

    eSpeak NG says some small words in one breath with the next and reports one event for both:
    such words share the stretch by their length.
    """
    starts = _starts(words, events)
    places: list[tuple[int, int]] = []
    index = 0
    while index < len(words):
        after = index + 1
        while after < len(words) and starts[after] is None:
            after += 1
        begin = starts[index] or 0
        end = starts[after] if after < len(words) else len(samples)
        assert end is not None
        begin, end = _without_silence(samples, begin, end, rate)
        lengths = np.cumsum([0, *(len(word) for word in words[index:after])])
        cuts = begin + (end - begin) * lengths // lengths[-1]
        places.extend((int(cuts[n]), int(cuts[n + 1])) for n in range(after - index))
        index = after
    return tuple(places)


def _starts(words: tuple[str, ...], events: list[tuple[int, int]]) -> list[int | None]:
    """Return the sample of the first event inside each word, None for a word without an event."""
    found: list[int | None] = []
    offset = 0
    for word in words:
        inside = [sample for position, sample in events if offset <= position < offset + len(word)]
        found.append(min(inside) if inside else None)
        offset += len(word) + 1
    found[0] = found[0] or 0
    return found


def _without_silence(samples: Samples, begin: int, end: int, rate: int) -> tuple[int, int]:
    frame = rate // 200
    loud = np.abs(samples[begin:end]) > 0.01 * float(np.abs(samples).max())
    heard = np.flatnonzero(loud)
    if not heard.size:
        return begin, end
    return max(begin, begin + int(heard[0]) - frame), min(end, begin + int(heard[-1]) + frame)
