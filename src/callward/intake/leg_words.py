"""What was said in the legs of a call: each leg's own words at its place in the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from callward.engine.transcripts import (
    Speaker,
    Transcript,
    Turn,
    at_rate,
    check_against,
    speaker_of,
    without_times,
)
from callward.engine.vcon import Analysis, Conversation, Vcon, read_transcripts, transcripts_in
from callward.intake.conversations import ConversationReader
from callward.intake.legs import LaidLeg, Legs


@dataclass(frozen=True, slots=True, repr=False)
class _Words:
    """What was said in a leg, or on one ``side`` of it by who has that ``role``.

    Where nothing tells when, ``timed`` is False: it was said in several legs, and ``laid`` is the first of them, or on
    two sides that may lie beside each other otherwise than its times say.
    """

    conversation: Conversation
    laid: LaidLeg
    timed: bool = True
    side: int | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class LegWords:
    """All that was said in the legs of a call. ``partial`` says that some legs have words and others have none."""

    found: tuple[_Words, ...]
    partial: bool

    @property
    def conversation(self) -> Conversation | None:
        """The first of them, which names the language."""
        return self.found[0].conversation if self.found else None

    def reader(self, legs: Legs, language: str | None, agent_channel: int | None) -> Callable[[int], Transcript] | None:
        """Reads the words; None where there are none. ``agent_channel`` is meant for legs when none of them tells."""
        default = agent_channel if legs.agent_channel is None else None
        return _Reader(self.found, legs.rate, language, default) if self.found else None


@dataclass(frozen=True, slots=True, repr=False)
class _Reader:
    found: tuple[_Words, ...]
    whole: int
    language: str | None
    agent_channel: int | None

    def __call__(self, rate: int) -> Transcript:
        """The transcript at a rate; raises TranscriptError."""
        read = [self._read(words) for words in self.found]
        turns = sorted(chain.from_iterable(map(_with_keys, read, self.found)), key=lambda keyed: keyed[0])
        language = next((transcript.language for transcript in read if transcript.language), None)
        return at_rate(Transcript(tuple(turn for _, turn in turns), self.whole, language), rate)

    def _read(self, words: _Words) -> Transcript:
        laid = words.laid
        agent = laid.agent if laid.agent is not None else self.agent_channel
        if laid.channels == 1 or words.side is not None or not words.timed:
            agent = None
        found = ConversationReader(words.conversation, self.language, agent)(self.whole)
        if not words.timed:
            found = without_times(found)
            return replace(found, turns=tuple(replace(turn, channel=None) for turn in found.turns))
        start = laid.place.start + (0 if words.side is None else laid.late[words.side])
        check_against(found, laid.place.end - start)
        turns = (_moved(_on_channel(turn, words), start, laid.delay) for turn in found.turns)
        if words.side is not None and not laid.exact:
            # What somebody else says in the words of a side was heard on the other, and nothing tells when.
            turns = (turn if turn.channel is not None else _untimed(turn, found) for turn in turns)
        return replace(found, turns=tuple(turns))


def words_of(vcon: Vcon, laid: Sequence[LaidLeg]) -> LegWords:
    """The words of each leg.

    A transcript that names dialogs of one leg is that leg's. One of several legs, or that names none, does not say
    which times are whose: it stands for legs without words of their own, and its words have no times.
    """
    every = frozenset().union(*(leg.dialogs for leg in laid))
    analyses = [(analysis, frozenset(analysis.dialogs) & every) for analysis in transcripts_in(vcon)]
    own = [_own_words(vcon, leg, analyses) for leg in laid]
    bare = {number for number, words in enumerate(own) if not words}
    shared: list[_Words] = []
    for analysis, named in analyses:
        covered = {number for number, leg in enumerate(laid) if leg.dialogs & named or not analysis.dialogs}
        found = read_transcripts(vcon, [analysis], None) if len(covered) > 1 and covered <= bare else None
        if found is not None:
            shared.append(_Words(found, laid[min(covered)], timed=False))
            bare -= covered
    words = (*chain.from_iterable(own), *shared)
    return LegWords(words, bool(words and bare))


def _own_words(vcon: Vcon, leg: LaidLeg, analyses: Sequence[tuple[Analysis, frozenset[int]]]) -> list[_Words]:
    sides = []
    for side, recording in enumerate(leg.recordings if len(leg.recordings) > 1 else ()):
        own = (analysis for analysis, named in analyses if named == {recording.dialog})
        said = read_transcripts(vcon, own, recording.dialog)
        if said is not None:
            role = vcon.parties[recording.party].role if recording.party is not None else None
            sides.append(_Words(said, leg, side=side, role=role))
    whole = (analysis for analysis, named in analyses if named and named <= leg.dialogs)
    if len(leg.recordings) == 1 or not sides:
        found = read_transcripts(vcon, whole, leg.recordings[0].dialog)
        return [_Words(found, leg, timed=leg.exact)] if found is not None else []
    return sides


def _on_channel(turn: Turn, words: _Words) -> Turn:
    """The turn with its channel of the whole: that of its side, or its own; none in a leg of one channel."""
    if words.side is not None:
        role = speaker_of(words.role)
        speaker = role if turn.speaker is Speaker.UNKNOWN else turn.speaker
        side = 1 - words.side if words.laid.swapped else words.side
        # Words of somebody else on this side are doubted: they are masked on both.
        return replace(turn, speaker=speaker, channel=side if speaker is role else None)
    if words.laid.channels == 1 or turn.channel is None:
        return replace(turn, channel=None)
    return replace(turn, channel=1 - turn.channel if words.laid.swapped and turn.channel < 2 else turn.channel)


def _untimed(turn: Turn, said: Transcript) -> Turn:
    return without_times(replace(said, turns=(turn,))).turns[0]


def _moved(turn: Turn, by: int, delay: int) -> Turn:
    """The turn at its place on the whole; its beginnings are earlier by a delay that was assumed of its MP3.

    Whoever wrote the words may have counted the delay in or not: they begin early enough for both (``AudioInfo``).
    """

    def begun(time: int | None) -> int | None:
        return None if time is None else by + max(0, time - delay)

    def ended(time: int | None) -> int | None:
        return None if time is None else by + time

    words = tuple(replace(word, start=begun(word.start), end=ended(word.end)) for word in turn.words)
    return replace(turn, start=begun(turn.start), end=ended(turn.end), words=words)


def _with_keys(transcript: Transcript, words: _Words) -> list[tuple[int, Turn]]:
    """Each turn with when it begins; one without times stays behind the one before it."""
    found: list[tuple[int, Turn]] = []
    last = words.laid.place.start
    for turn in transcript.turns:
        last = last if turn.start is None else turn.start
        found.append((last, turn))
    return found
