"""What a vCon says of a call: its facts, and its conversation as a Transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from callward.engine.transcripts import Speaker, Transcript, Utterance, assemble, parse_transcript, speaker_of
from callward.engine.vcon import Conversation, Party, Recording, Vcon, recordings
from callward.intake.errors import IntakeError
from callward.intake.given import Given, direction, language, text


@dataclass(frozen=True, slots=True, repr=False)
class ConversationReader:
    """Reads a conversation at the sample rate of its recording, known only once that is open."""

    conversation: Conversation
    language: str | None
    agent_channel: int | None

    def __call__(self, rate: int) -> Transcript:
        """The transcript at a rate; raises TranscriptError."""
        told = _language(self.conversation) or self.language
        if self.conversation.document is not None:
            document = self.conversation.document
            return parse_transcript(document, rate=rate, language=told, agent_channel=self.agent_channel)
        utterances = (Utterance(piece.text, piece.start, piece.end, piece.role) for piece in self.conversation.pieces)
        return assemble(utterances, rate=rate, language=told, agent_channel=self.agent_channel)


def is_vcon(data: bytes) -> bool:
    """Whether a JSON file without a vCon's ending is one all the same."""
    if data.lstrip()[:1] != b"{":
        return False
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    names = set(value) if isinstance(value, dict) else set()
    return {"parties", "dialog"} <= names or {"payload", "signatures"} <= names or "ciphertext" in names


def vcon_facts(vcon: Vcon, conversation: Conversation | None) -> Given:
    """The facts that a vCon states. Who is the caller is taken only from roles, never guessed from order."""
    found = recordings(vcon)
    caller, agent = _party(vcon.parties, Speaker.CALLER), _party(vcon.parties, Speaker.AGENT)
    started = next((dialog.start for dialog in vcon.dialogs if dialog.start is not None), vcon.created_at)
    said = next((dialog.direction for dialog in vcon.dialogs if dialog.direction), None)
    return Given(
        external_id=vcon.uuid,
        caller_phone=_plain(caller.tel) if caller else None,
        caller_email=_plain(caller.mailto) if caller else None,
        caller_name=_name(caller),
        agent=_plain(agent.mailto or agent.name or agent.uuid) if agent else None,
        started=found[0].start if found and found[0].start else started,
        direction=direction(said) if said in ("in", "out", "inbound", "outbound") else None,
        language=_language(conversation),
        agent_channel=_agent_channel(found),
    )


def _party(parties: Sequence[Party], speaker: Speaker) -> Party | None:
    """The one party of a role; None where there is none, or more than one."""
    found = [party for party in parties if speaker_of(party.role) is speaker]
    return found[0] if len(found) == 1 else None


def _name(caller: Party | None) -> str | None:
    if caller is None or caller.name in (None, caller.tel, caller.mailto) or caller.name == "anonymous":
        return None
    return _plain(caller.name)


def _plain(value: str | None) -> str | None:
    """Left out where it could not be a fact: a vCon is not refused for an odd name."""
    try:
        return text(value) or None if value else None
    except IntakeError:
        return None


def _language(conversation: Conversation | None) -> str | None:
    try:
        return language(conversation.language) if conversation and conversation.language else None
    except IntakeError:
        return None


def _agent_channel(found: Sequence[Recording]) -> int | None:
    """The channel whose one party is the agent, in a recording of two channels with the caller on the other."""
    roles = [speaker_of(role) for role in found[0].roles] if found else []
    return roles.index(Speaker.AGENT) if len(roles) == 2 and set(roles) == {Speaker.AGENT, Speaker.CALLER} else None
