"""Calls for the tests, written as a script: ``agent: ...`` and ``caller: ...`` lines."""

from __future__ import annotations

from callward.engine.pii import About, Conversation, Finding, Turn, Type, detect


def call(script: str, language: str | None = "en", countries: tuple[str, ...] = ()) -> Conversation:
    """Make a call of a script with one turn a line; a line without a speaker is the caller's."""
    turns = []
    for line in script.strip("\n").split("\n"):
        name, sign, said = line.strip().partition(": ")
        known = sign and name in set(About)
        turns.append(Turn(About(name) if known else About.CALLER, said if known else line.strip()))
    return Conversation(tuple(turns), language, countries)


def said(conversation: Conversation, finding: Finding) -> list[str]:
    """Return the text of each span."""
    return [conversation.turns[span.turn].text[span.start : span.end] for span in finding.spans]


def found(script: str, language: str | None = "en") -> list[tuple[Type, str]]:
    """Return type and text of everything found, parts joined by a bar."""
    conversation = call(script, language)
    return [(finding.type, "|".join(said(conversation, finding))) for finding in detect(conversation)]


def values(script: str, kind: Type, language: str | None = "en") -> list[str]:
    """Return the values found of one type."""
    return [finding.value for finding in detect(call(script, language)) if finding.type is kind]
