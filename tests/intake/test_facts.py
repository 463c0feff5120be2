"""Facts come from five places in one order, strictly read, and identifiers have one form."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import orjson
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from callward.intake import (
    CallFacts,
    Direction,
    Given,
    IntakeError,
    IntakeOptions,
    LineDefaults,
    discover,
    file_pattern,
    gather_facts,
    normalise_email,
    normalise_number,
    normalise_phone,
)
from callward.intake.callfile import read_call_file
from callward.intake.manifest import read_manifest

BANK = LineDefaults(zone="Europe/Stockholm", countries=("SE", "FI"), language="sv", agent_channel=1)
PATTERN = file_pattern("{line}_{caller}_{started:%Y%m%dT%H%M%S}")


def _facts(folder: Path, options: IntakeOptions | None = None) -> CallFacts:
    (source,) = discover([folder])
    return gather_facts(source, options)


def test_each_place_yields_to_the_one_before_it(tmp_path: Path) -> None:
    name = "bank_0701740605_20260701T101500"
    vcon = {
        "uuid": "019f15a6-a752-826f-b9a2-279e0d16bc46",
        "created_at": "2026-07-01T10:00:00Z",
        "parties": [{"role": "customer", "mailto": "vcon@example.com"}],
        "dialog": [{"type": "text", "start": "2026-01-01T00:00:00Z", "parties": [0], "body": "hi", "encoding": "none"}],
    }
    (tmp_path / f"{name}.vcon.json").write_bytes(orjson.dumps(vcon))
    call = {"caller": {"email": "file@example.com", "name": "Dana"}, "agent": "file"}
    (tmp_path / f"{name}.call.json").write_bytes(orjson.dumps(call))
    (tmp_path / "calls.csv").write_text(f"file,agent,caller_number,caller_name\n{name},csv,a-17,csv\n")
    told = Given(line="told", caller_number="told", direction=Direction.OUT)
    facts = _facts(tmp_path, IntakeOptions(told, PATTERN, lines={"bank": BANK}))
    assert facts.caller_email == "vcon@example.com"
    assert facts.started_at == dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    assert (facts.caller_name, facts.agent) == ("Dana", "file")
    assert (facts.caller_number, facts.caller_number_normalised) == ("a-17", "A17")
    assert (facts.line, facts.caller_phone, facts.caller_phone_e164) == ("bank", "0701740605", "+46701740605")
    assert (facts.direction, facts.language, facts.agent_channel) == (Direction.OUT, "sv", 1)


def test_a_start_without_a_zone_takes_the_lines_and_is_marked(tmp_path: Path) -> None:
    (tmp_path / "bank_0701740605_20260701T101500.wav").write_bytes(b"x")
    facts = _facts(tmp_path, IntakeOptions(pattern=PATTERN, lines={"bank": BANK}))
    assert facts.started_at == dt.datetime(2026, 7, 1, 8, 15, tzinfo=dt.UTC)
    assert facts.zone_assumed


def test_a_start_with_a_zone_is_not_marked(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"x")
    (tmp_path / "a.call.json").write_text('{"started_at": "2026-07-01T10:15:00+03:00"}')
    facts = _facts(tmp_path, IntakeOptions(zone="Europe/Stockholm"))
    assert facts.started_at == dt.datetime(2026, 7, 1, 7, 15, tzinfo=dt.UTC)
    assert not facts.zone_assumed


def test_a_repr_shows_no_personal_data() -> None:
    facts = CallFacts(caller_phone="0701740605", caller_name="Dana", line="x")
    assert repr(facts) == "CallFacts(...)"
    assert "Dana" not in repr(Given(caller_name="Dana"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "facts_json"),
        (b"[]", "facts_json"),
        (b"{" * 5000, "facts_json"),
        (b" " * 70_000, "facts_json"),
        (b'{"phone": "1"}', "facts_field"),
        (b'{"caller": {"id": "1"}}', "facts_field"),
        (b'{"caller": "Dana"}', "facts_value"),
        (b'{"line": 5}', "facts_value"),
        (b'{"line": "a\\u0000b"}', "facts_value"),
        (b'{"started_at": "yesterday"}', "facts_value"),
        (b'{"started_at": "2026-07-01"}', "facts_value"),
        (b'{"direction": "up"}', "facts_value"),
        (b'{"language": "swedish"}', "facts_value"),
        (b'{"agent_channel": 2}', "facts_value"),
        (b'{"agent_channel": true}', "facts_value"),
        (b'{"voicemail": 1}', "facts_value"),
        (b'{"voicemail": "perhaps"}', "facts_value"),
    ],
)
def test_a_call_file_is_read_strictly(data: bytes, code: str) -> None:
    with pytest.raises(IntakeError) as refused:
        read_call_file(data)
    assert refused.value.code == code


def test_a_call_file_holds_every_fact() -> None:
    caller = {"phone": "1", "email": "d@example.com", "name": "Dana", "number": "7"}
    document = {"id": "x", "line": "l", "caller": caller, "agent": "a", "started_at": "2026-07-01T10:00:00Z"}
    found = read_call_file(
        orjson.dumps({**document, "direction": "inbound", "language": "sv-SE", "agent_channel": 0, "voicemail": True})
    )
    assert (found.external_id, found.caller_name, found.caller_number) == ("x", "Dana", "7")
    assert (found.direction, found.language, found.agent_channel) == (Direction.IN, "sv", 0)
    assert found.voicemail is True


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "manifest_column"),
        ("line,agent\nx,y\n", "manifest_column"),
        ("file,shoe_size\na,1\n", "manifest_column"),
        ("file,line,line\na,1,2\n", "manifest_column"),
        ("file,line\na,1\na,2\n", "manifest_duplicate"),
        ("file,line\na,1,2\n", "manifest_csv"),
        ('file,line\n"a,1\n', "manifest_csv"),
    ],
)
def test_a_broken_manifest_is_refused_whole(text: str, code: str) -> None:
    with pytest.raises(IntakeError) as refused:
        read_manifest(text.encode())
    assert refused.value.code == code


def test_a_bad_row_refuses_its_own_call_and_no_other(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav", "c.wav"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "calls.csv").write_bytes("\ufefffile;direction\r\na.wav;up\r\nb;out\r\n".encode())
    first, second, third = discover([tmp_path])
    with pytest.raises(IntakeError) as refused:
        gather_facts(first)
    assert refused.value.code == "facts_value"
    assert gather_facts(second).direction is Direction.OUT
    assert gather_facts(third).direction is None


def test_a_pattern_may_be_an_expression_with_named_groups() -> None:
    pattern = file_pattern(r"(?P<id>\d+)-(?P<agent>[a-z]+)-(?P<started>[\dT]+)")
    found = pattern.read("17-bob-20260701T101500")
    assert (found.external_id, found.agent, found.started) == ("17", "bob", dt.datetime(2026, 7, 1, 10, 15))  # noqa: DTZ001 - no zone in the name


def test_a_name_that_does_not_fit_says_nothing() -> None:
    assert PATTERN.read("voicemail").line is None


@pytest.mark.parametrize(
    "text", ["plain", "{shoe}", "(?P<line>", "{line:%Y}", "{started:%Q}", "(?P<shoe>x)", "x" * 501]
)
def test_a_pattern_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(IntakeError) as refused:
        file_pattern(text)
    assert refused.value.code == "pattern"


def test_an_impossible_date_in_a_name_is_refused() -> None:
    with pytest.raises(IntakeError) as refused:
        PATTERN.read("bank_1_20261301T101500")
    assert refused.value.code == "facts_value"


@pytest.mark.parametrize("zone", ["Mars/Base", "Europe", "../Europe/Oslo", "/etc/localtime"])
def test_an_unknown_zone_of_a_run_is_refused_before_any_call(zone: str) -> None:
    with pytest.raises(IntakeError) as refused:
        IntakeOptions(zone=zone)
    assert refused.value.code == "facts_zone"


def test_an_unknown_zone_of_a_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"x")
    (tmp_path / "a.call.json").write_text('{"started_at": "2026-07-01T10:15:00"}')
    with pytest.raises(IntakeError) as refused:
        _facts(tmp_path, IntakeOptions(lines={"": LineDefaults(zone="Mars/Base")}))
    assert refused.value.code == "facts_zone"


@pytest.mark.parametrize(
    ("text", "countries", "e164"),
    [
        ("070-174 06 05", ("SE",), "+46701740605"),
        ("0046 70 174 06 05", ("SE",), "+46701740605"),
        ("tel:+46-70-174-06-05", (), "+46701740605"),
        ("sip:+46701740605@example.com;user=phone", ("NL",), "+46701740605"),
        ("020 7946 0123", ("SE", "GB"), "+442079460123"),
        ("anonymous", ("SE",), None),
        ("", ("SE",), None),
        ("070-174 06 05", (), None),
        ("1" * 400, ("SE",), None),
    ],
)
def test_phones_have_one_form(text: str, countries: tuple[str, ...], e164: str | None) -> None:
    assert normalise_phone(text, countries) == e164


def test_addresses_and_numbers_have_one_form() -> None:
    assert normalise_email(" mailto:Dana.A@Example.COM?subject=x ") == "dana.a@example.com"
    assert normalise_email("no address") is None
    assert normalise_email("a@b@example.com") is None
    assert normalise_number(" kd-１７ / a ") == "KD17A"
    assert normalise_number("--") is None


@examples(st.text(max_size=40), st.sampled_from([(), ("SE",), ("GB", "NL")]))
def test_normalising_again_changes_nothing(text: str, countries: tuple[str, ...]) -> None:
    phone, email, number = normalise_phone(text, countries), normalise_email(text), normalise_number(text)
    assert phone is None or normalise_phone(phone, countries) == phone
    assert email is None or normalise_email(email) == email
    assert number is None or normalise_number(number) == number


@examples(st.binary(max_size=200))
def test_no_bytes_make_anything_escape_but_an_intake_error(data: bytes) -> None:
    for read in (read_call_file, read_manifest):
        try:
            read(data)
        except IntakeError:
            continue


@pytest.mark.parametrize("moment", ["9999-12-31T23:00:00", "0001-01-01T00:00:00", "3000-01-01T00:00:00Z"])
def test_a_start_that_has_no_day_in_every_zone_is_refused(tmp_path: Path, moment: str) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    (tmp_path / "a.call.json").write_text(f'{{"started_at": "{moment}"}}')
    with pytest.raises(IntakeError, match="facts_value"):
        _facts(tmp_path)


def test_half_a_character_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "care_\udc80.wav").write_bytes(b"RIFF")
    with pytest.raises(IntakeError, match="facts_value"):
        _facts(tmp_path, IntakeOptions(pattern=file_pattern("{line}_{id}")))


def test_made_calls_are_moved_by_days_of_the_lines_calendar(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"x")
    (tmp_path / "a.call.json").write_text('{"line": "bank", "started_at": "2026-11-12T18:36:12+01:00"}')
    facts = _facts(tmp_path, IntakeOptions(lines={"bank": BANK}, days_later=140))
    # Summer time has begun by then; by the clock on the wall the call is as late in the day as it was.
    assert facts.started_at == dt.datetime(2027, 4, 1, 16, 36, 12, tzinfo=dt.UTC)
