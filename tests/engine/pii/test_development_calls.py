"""The development calls of the shared corpora: what this package promises to find must be covered whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callward.engine.pii import About, Conversation, Turn, Type, detect, payment_suspicions

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "calls"
LANGUAGES = ["en", "et", "nl", "ro", "sv"]
PROMISED = {
    Type.PAYMENT_CARD, Type.CARD_CVV, Type.CARD_EXPIRY, Type.IBAN, Type.EMAIL, Type.PHONE, Type.NATIONAL_ID,
    Type.DATE_OF_BIRTH, Type.IP_ADDRESS,
}  # fmt: skip
SPEAKERS = {"customer": About.CALLER, "agent": About.AGENT}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpora are not beside the repository")


def calls(language: str) -> list[tuple[dict[str, list[dict[str, object]]], Conversation]]:
    read = []
    for line in (CORPUS / f"{language}.jsonl").read_text("utf-8").splitlines():
        call = json.loads(line)
        turns = tuple(Turn(SPEAKERS[turn["speaker"]], turn["text"]) for turn in call["turns"])
        read.append((call, Conversation(turns, language)))
    return read


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_promised_is_covered_whole_and_typed_right(language: str) -> None:
    missed = []
    for call, conversation in calls(language):
        covered = {
            (span.turn, place, finding.type.value)
            for finding in detect(conversation)
            for span in finding.spans
            for place in range(span.start, span.end)
        }
        for entity in call["entities"]:
            places = range(int(str(entity["start"])), int(str(entity["end"])))
            if entity["type"] in PROMISED and not all((entity["turn"], at, entity["type"]) in covered for at in places):
                missed.append((call["id"], entity["turn"], entity["type"]))
    assert missed == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_trap_is_covered_and_no_payment_is_suspected(language: str) -> None:
    for call, conversation in calls(language):
        findings = detect(conversation)
        covered = {(span.turn, at) for one in findings for span in one.spans for at in range(span.start, span.end)}
        for trap in call["traps"]:
            assert not any(
                (trap["turn"], at) in covered for at in range(int(str(trap["start"])), int(str(trap["end"])))
            )
        assert payment_suspicions(conversation, findings) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_card_of_the_calls_is_one_finding_with_its_whole_number(language: str) -> None:
    for call, conversation in calls(language):
        wanted = {str(entity["value"]) for entity in call["entities"] if entity["type"] == Type.PAYMENT_CARD}
        assert {one.value for one in detect(conversation) if one.type is Type.PAYMENT_CARD} == wanted
