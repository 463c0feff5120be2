"""Amazon Contact Lens for post-call analysis, version 1.1.0: turns timed in milliseconds, words not timed."""

from __future__ import annotations

from collections.abc import Iterator

from callward.engine.transcripts.assembling import Utterance
from callward.engine.transcripts.document import (
    JsonValue,
    language_code,
    milliseconds,
    objects,
    string,
)


def reads(value: JsonValue) -> bool:
    """Whether a JSON value is in this format."""
    return isinstance(value, dict) and isinstance(value.get("Transcript"), list)


def utterances(value: JsonValue) -> Iterator[Utterance]:
    """One utterance a turn, its label the participant's role; raises ``transcript_shape``."""
    document = value if isinstance(value, dict) else {}
    roles: dict[str, str] = {}
    for participant in objects(document.get("Participants") or [], "Participants"):
        identity = string(participant.get("ParticipantId"), "ParticipantId")
        roles[identity] = string(participant.get("ParticipantRole"), "ParticipantRole")
    for turn in objects(document.get("Transcript"), "Transcript"):
        label = turn.get("ParticipantId")
        yield Utterance(
            string(turn.get("Content"), "Content"),
            milliseconds(turn.get("BeginOffsetMillis"), "BeginOffsetMillis"),
            milliseconds(turn.get("EndOffsetMillis"), "EndOffsetMillis"),
            roles.get(label, label) if isinstance(label, str) else None,
        )


def language(value: JsonValue) -> str | None:
    """``LanguageCode`` without its country."""
    return language_code(value.get("LanguageCode")) if isinstance(value, dict) else None
