"""From the facts of a call to its arrival: line, caller, start, direction."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from django.test import override_settings

from callward.intake import CallFacts, Direction, IntakeOptions, LoadedCall
from callward.web.calls.arrivals import _without_card, arrival_of, lines_of, options_for, without_cards
from callward.web.calls.inputs import Arrival, ArrivalError
from callward.web.calls.models import Call
from callward.web.core.models import Controller, Line

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 9, 9, 30, tzinfo=UTC)


def _arrival(line: Line, facts: CallFacts, recording: bytes | None = None) -> Arrival:
    loaded = LoadedCall(facts, None if recording is None else io.BytesIO(recording))
    return arrival_of(loaded, lines_of(line.controller), source_name="call.wav", written_at=1_760_000_000)


def test_a_line_is_found_by_its_short_name_and_by_its_name(care_line: Line) -> None:
    for name in ("care-en", "Care, England"):
        assert _arrival(care_line, CallFacts(line=name)).line == care_line


def test_another_controllers_line_is_not_known(care_line: Line, rival: Controller) -> None:
    found = lines_of(rival)
    assert found == {}
    with pytest.raises(ArrivalError) as refused:
        arrival_of(LoadedCall(CallFacts(line="care-en")), found, source_name="", written_at=0)
    assert refused.value.code == "line_unknown"


def test_a_start_that_is_told_is_taken(care_line: Line) -> None:
    arrival = _arrival(care_line, CallFacts(line="care-en", started_at=START))
    assert (arrival.started_at, arrival.zone_assumed) == (START, False)


def test_a_zone_that_was_assumed_stays_marked(care_line: Line) -> None:
    assert _arrival(care_line, CallFacts(line="care-en", started_at=START, zone_assumed=True)).zone_assumed


def test_without_a_start_the_call_began_when_its_file_was_written(care_line: Line) -> None:
    arrival = _arrival(care_line, CallFacts(line="care-en"))
    assert (arrival.started_at, arrival.zone_assumed) == (datetime.fromtimestamp(1_760_000_000, UTC), True)


@pytest.mark.parametrize(
    ("told", "kept"), [(Direction.IN, "inbound"), (Direction.OUT, "outbound"), (None, Call.Direction.UNKNOWN)]
)
def test_the_direction_is_what_was_told(told: Direction | None, kept: str, care_line: Line) -> None:
    assert _arrival(care_line, CallFacts(line="care-en", direction=told)).direction == kept


def test_a_caller_is_known_by_normalised_identifiers_only(care_line: Line) -> None:
    facts = CallFacts(
        line="care-en",
        caller_phone="07700 900123",
        caller_phone_e164="+447700900123",
        caller_email="Dana@Example.com",
        caller_email_normalised="dana@example.com",
        caller_number="K 7",
        caller_number_normalised="K7",
        caller_name="Dana",
    )
    caller = _arrival(care_line, facts).caller
    assert caller.identifiers == {"phone": "+447700900123", "email": "dana@example.com", "number": "K7"}
    assert caller.name == "Dana"


def test_a_number_that_is_none_identifies_nobody(care_line: Line) -> None:
    assert _arrival(care_line, CallFacts(line="care-en", caller_phone="anonymous")).caller.identifiers == {}


def test_what_names_the_call_elsewhere_is_kept_to_be_sealed(care_line: Line) -> None:
    arrival = _arrival(care_line, CallFacts(line="care-en", external_id="case-17", agent="agent-7"))
    assert arrival.labels == {"external_id": "case-17", "agent": "agent-7", "source": "call.wav"}


def test_a_recording_alone_has_words_only_where_a_transcriber_is_set(care_line: Line) -> None:
    assert _arrival(care_line, CallFacts(line="care-en"), b"sound").transcript is None
    with override_settings(TRANSCRIBER="cat"):
        assert _arrival(care_line, CallFacts(line="care-en"), b"sound").transcript is not None
        assert _arrival(care_line, CallFacts(line="care-en")).transcript is None


def test_lines_supply_what_their_calls_do_not_say(care_line: Line) -> None:
    defaults = options_for(lines_of(care_line.controller), IntakeOptions()).lines["care-en"]
    assert (defaults.zone, defaults.countries, defaults.language) == ("Europe/London", ("GB",), "en")


@pytest.mark.parametrize("name", ["4111 1111 1111 1111.wav", "call-5555555555554444-b", "4111-1111-1111-1111"])
def test_a_card_number_in_a_name_or_an_id_is_never_kept(name: str, care_line: Line) -> None:
    facts = CallFacts(line="care-en", external_id=name, agent=name, caller_name=name, caller_number_normalised=name)
    loaded = LoadedCall(facts)
    arrival = arrival_of(loaded, lines_of(care_line.controller), source_name=name, written_at=0)
    kept = [*arrival.labels.values(), arrival.caller.name]
    assert len(kept) == 3
    assert all("[PAYMENT_CARD]" in value and "1111" not in value and "4444" not in value for value in kept)


def test_identifiers_that_hold_cards_are_dropped_so_that_no_two_become_one(care_line: Line) -> None:
    facts = CallFacts(line="care-en", external_id="4111111111111111", caller_number_normalised="5555555555554444")
    arrival = _arrival(care_line, facts)
    assert dict(arrival.caller.identifiers) == {}
    assert "external_id" not in arrival.labels


def test_an_id_of_many_digits_that_is_no_card_is_kept(care_line: Line) -> None:
    arrival = _arrival(care_line, CallFacts(line="care-en", external_id="20261109093000123"))
    assert arrival.labels["external_id"] == "20261109093000123"


@pytest.mark.parametrize(
    ("identifier", "kept"),
    [("pbx-1700000000.42", True), ("1700000000.42", True), ("4111111111111111-1700000000.42", False)],
)
def test_an_id_of_a_telephone_system_stays_unless_a_card_stands_before_it(identifier: str, kept: bool) -> None:
    assert (_without_card(identifier) == identifier) is kept


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("20261122-143000-447700900123.wav", True),
        ("20261122_143000_4111111111111111.wav", False),
        ("4111 1111 1111 1111 447700900123.wav", False),
        ("411111111111111120261122.wav", False),
        ("202611224111111111111111.wav", False),
        ("20261122143000-378282246310005-7.wav", False),
    ],
)
def test_a_card_in_a_longer_run_of_digits_is_not_kept(name: str, kept: bool) -> None:
    assert (without_cards(name) == name) is kept
    assert "41111111" not in without_cards(name)
