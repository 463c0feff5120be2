"""Whose turn it is: the labels of other producers to our four roles."""

from __future__ import annotations

import re
from typing import Final

from callward.engine.transcripts.model import Speaker

_AGENT: Final = frozenset(
    {
        "agent",
        "advisor",
        "adviser",
        "employee",
        "representative",
        "rep",
        "operator",
        "staff",
        "handler",
        "consultant",
        "assistant",
        "clerk",
    }
)
_CALLER: Final = frozenset(
    {"customer", "caller", "client", "contact", "consumer", "patient", "user", "member", "citizen", "guest"}
)
_OTHER: Final = frozenset(
    {"system", "ivr", "bot", "supervisor", "interpreter", "translator", "third_party", "voicemail", "other"}
)
_CHANNEL: Final = re.compile(r"(?:channel|chan|ch)[ _-]?(\d{1,3})\Z")
_NUMBERED: Final = re.compile(r"(?:speaker|spk|person|participant)[ _-]?(?:\d{1,3}|[a-z])\Z")
_SUFFIX: Final = re.compile(r"[ _-]?\d{1,2}\Z")


def speaker_of(label: str | None) -> Speaker:
    """The role a label names (``Agent``, ``CUSTOMER``, ``caller_1``); UNKNOWN for every other label.

    ``speaker_0`` and its like stay UNKNOWN: diarisation tells voices apart and does not say whose
    they are.
    """
    word = _SUFFIX.sub("", (label or "").strip().lower())
    if word in _AGENT:
        return Speaker.AGENT
    if word in _CALLER:
        return Speaker.CALLER
    return Speaker.OTHER if word in _OTHER else Speaker.UNKNOWN


def channel_of(label: str | None) -> int | None:
    """The 0-based channel in a label such as ``channel_1`` or ``ch 0``, or None."""
    found = _CHANNEL.match((label or "").strip().lower())
    return int(found.group(1)) if found else None


def names_a_voice(label: str) -> bool:
    """Whether a label in front of a line is a role, channel or voice number and not part of what was said."""
    word = label.strip().lower()
    known = speaker_of(word) is not Speaker.UNKNOWN or channel_of(word) is not None
    return known or bool(_NUMBERED.match(word))


def placed(speaker: Speaker, channel: int | None, agent_channel: int | None) -> tuple[Speaker, int | None]:
    """Speaker and channel, each filled in from the other where the agent's channel is known.

    Only a recording of two channels has an agent's channel, so the caller's is the other one.
    """
    if agent_channel not in (0, 1):
        return speaker, channel
    if speaker is Speaker.UNKNOWN and channel is not None:
        return (Speaker.AGENT if channel == agent_channel else Speaker.CALLER), channel
    if channel is None and speaker in (Speaker.AGENT, Speaker.CALLER):
        return speaker, agent_channel if speaker is Speaker.AGENT else 1 - agent_channel
    return speaker, channel
