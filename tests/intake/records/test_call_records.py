"""Call records of telephone systems become facts, and nothing that a caller keyed comes along."""

from __future__ import annotations

import contextlib
import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.intake import Direction, Disposition, Intake, IntakeError, IntakeOptions, LineDefaults, Source, discover
from callward.intake.records import CallRecord, RecordIndex, given_of, read_records
from callward.intake.records.fields import number
from callward.intake.records.markup import load_xml

SYSTEMS = Path(__file__).parents[3] / "samples" / "systems"
CARD = "4111111111111111"
LINES = {"support": LineDefaults("UTC", ("GB",), "en", 0, ("+44 20 7946 0100",))}
CALLER, MISSED, CALLED = "+442079460018", "+442079460033", "+442079460071"
COLUMNS = "accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec"
ROW = {
    "src": CALLER,
    "dst": "100",
    "dcontext": "from-trunk",
    "channel": "PJSIP/trunk-00000001",
    "start": "2026-07-01 10:15:00",
    "end": "2026-07-01 10:16:00",
    "duration": "60",
    "billsec": "55",
    "disposition": "ANSWERED",
    "uniqueid": "1782893700.1",
}


def _sources(system: str) -> list[Source]:
    return list(discover([SYSTEMS / system]))


def _records(path: Path, data: bytes, columns: str | None = None) -> list[CallRecord]:
    found = read_records(path, data, columns)
    assert found is not None
    return [record for record in found.records if isinstance(record, CallRecord)]


def _csv(names: str, *rows: dict[str, str]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerows([row.get(name, "") for name in names.split(",")] for row in rows)
    return target.getvalue().encode()


CDR = f"{COLUMNS},disposition,amaflags,uniqueid,userfield"


def test_asterisk_rows_become_calls_and_the_house_calling_itself_does_not() -> None:
    rows = [source.record for source in _sources("asterisk") if source.record and source.path.name == "Master.csv"]
    facts = [given_of(row, LINES) for row in rows]
    assert [(one.caller_phone, one.direction, one.disposition, one.duration) for one in facts] == [
        (CALLER, Direction.IN, Disposition.ANSWERED, 200),
        (MISSED, Direction.IN, Disposition.NO_ANSWER, 45),
        (CALLED, Direction.OUT, Disposition.BUSY, 18),
        (CALLER, Direction.IN, Disposition.ANSWERED, 50),
    ]
    assert (facts[0].caller_name, facts[0].agent, facts[0].started) == ("Ida Lind", "204", datetime(2026, 7, 1, 10, 15))  # noqa: DTZ001 - Asterisk writes no zone
    assert (facts[2].agent, facts[1].agent) == ("204", None)


def test_asterisk_events_of_one_call_are_one_record() -> None:
    (record,) = [source.record for source in _sources("asterisk") if source.path.name == "cel.csv" and source.record]
    assert (record.ids, record.source, record.destination) == (("1782900000.60",), CALLER, "100")
    assert (record.duration, record.disposition, record.agent) == (180, Disposition.ANSWERED, "204")
    assert record.recordings == ("cel-call.wav",)


def test_asterisk_events_as_json_are_the_same_call() -> None:
    event = {"eventtype": "CHAN_START", "eventtime": "1782900000.1", "cidnum": CALLER, "exten": "100"}
    begun = {**event, "uniqueid": "1782900000.60", "linkedid": "1782900000.60", "extra": CARD, "tenantid": "t"}
    ended = {**begun, "eventtype": "HANGUP", "eventtime": "1782900020.1", "appdata": CARD}
    data = b"\n".join(map(orjson.dumps, [begun, ended]))
    (record,) = _records(Path("cel.json"), data)
    assert (record.source, record.duration, record.disposition) == (CALLER, 20, Disposition.NO_ANSWER)
    assert record.started == datetime.fromtimestamp(1782900000.1, UTC)


def test_cdr_columns_may_be_named_by_the_file_itself_in_any_order() -> None:
    names = "uniqueid,start,src,dst,disposition,duration,linkedid"
    data = f"{names}\n".encode() + _csv(names, {**ROW, "linkedid": "1782893699.9"})
    (record,) = _records(Path("custom.csv"), data)
    assert (record.ids, record.source) == (("1782893699.9", "1782893700.1"), CALLER)


def test_cdr_columns_may_be_named_by_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "custom.csv").write_bytes(_csv("start,dst,userfield,src,uniqueid", {**ROW, "userfield": CARD}))
    (tmp_path / "custom.columns").write_text("start, dst, -, src, uniqueid\n")
    (source,) = discover([tmp_path])
    assert source.record is not None
    assert (source.record.source, source.record.destination) == (CALLER, "100")


def test_tables_that_are_no_call_records_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "report.csv").write_text("name,amount\nIda,5\n")
    (tmp_path / "notes.json").write_text('{"segments":[{"start":0,"end":1,"text":"hello"}]}')
    assert [source.path.name for source in discover([tmp_path])] == ["notes.json"]


def test_legs_of_one_call_are_joined_and_the_one_that_got_furthest_counts() -> None:
    rung = {**ROW, "disposition": "NO ANSWER", "duration": "20", "dstchannel": "PJSIP/201-00000002"}
    taken = {**ROW, "disposition": "ANSWERED", "duration": "90", "dstchannel": "PJSIP/204-00000003"}
    first, second = _records(Path("Master.csv"), _csv(CDR, rung, taken))
    call = first.with_leg(second)
    assert (call.disposition, call.duration, call.agent) == (Disposition.ANSWERED, 90, "204")


def test_a_row_without_a_time_is_refused_and_the_others_are_read() -> None:
    found = read_records(Path("Master.csv"), _csv(CDR, ROW, {**ROW, "start": "yesterday", "uniqueid": "2"}))
    assert found is not None
    assert [one.code for one in found.records if isinstance(one, IntakeError)] == ["record_row"]
    assert len(found.records) == 2


def test_freeswitch_json_and_xml_give_who_was_asked_first() -> None:
    answered, missed = sorted(
        (source.record for source in _sources("freeswitch") if source.record), key=lambda one: one.ids
    )
    assert (answered.source, answered.destination, answered.lines) == (
        CALLER,
        "+442079460100",
        ("support@example.com",),
    )
    assert answered.recordings == ("8f4b7a30-55c1-4a4e-9c0e-2f0b6a1d0001.wav",)
    assert (answered.started, answered.disposition) == (
        datetime(2026, 7, 1, 8, 15, 0, 123456, UTC),
        Disposition.ANSWERED,
    )
    assert (missed.source, missed.disposition, missed.duration) == (MISSED, Disposition.NO_ANSWER, 45)


def test_freeswitch_callflow_may_be_one_object() -> None:
    flow = {"profile_index": "1", "caller_profile": {"caller_id_number": CALLER, "destination_number": "100"}}
    value = {"variables": {"uuid": "a", "start_epoch": "1782893700"}, "callflow": flow}
    (record,) = _records(Path("a.json"), orjson.dumps(value))
    assert (record.source, record.destination) == (CALLER, "100")


def test_connect_records_come_behind_each_other_and_chats_are_no_calls() -> None:
    path = next((SYSTEMS / "connect").glob("ctr-*"))
    answered, missed = _records(path, path.read_bytes())
    assert given_of(answered, LINES).line == "support"
    assert (answered.agent, answered.disposition, answered.duration) == ("agent-204", Disposition.ANSWERED, 200)
    assert (missed.source, missed.disposition) == (MISSED, Disposition.NO_ANSWER)


def test_contact_lens_and_the_recording_of_one_contact_are_one_call(tmp_path: Path) -> None:
    contact = "5e0f1a2b-1111-4222-8333-444455550001"
    for file in (SYSTEMS / "connect").iterdir():
        (tmp_path / "a").mkdir(exist_ok=True)
        (tmp_path / "a" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / f"{contact}_20260701T08:15_UTC.wav").write_bytes(b"sound")
    whole, missed = discover([tmp_path])
    assert whole.recording is not None
    assert whole.transcript is not None
    assert "redacted" not in whole.transcript.name
    assert (whole.record is not None and whole.record.ids[0], whole.log_only, missed.log_only) == (contact, False, True)


def test_genesys_recordings_know_their_conversation_and_screens_are_no_calls(tmp_path: Path) -> None:
    for file in (SYSTEMS / "genesys").rglob("*.json"):
        target = tmp_path / file.relative_to(SYSTEMS)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
        target.with_name(file.name.replace("_metadata.json", ".opus")).write_bytes(b"sound")
    call, screen = discover([tmp_path])
    assert call.record is not None
    assert call.record.ids[1].startswith("6c1d2e3f-2222-4333-8444-555566660001/")
    assert (call.record.agent, call.record.duration) == ("agent-204", 199)
    assert screen.refusal is not None
    assert screen.refusal.code == "not_a_call"


def test_a_metadata_file_without_its_recording_waits_for_it() -> None:
    assert {source.refusal.code for source in _sources("genesys") if source.refusal} == {"facts_without_call"}


def test_twilio_calls_and_recordings_are_joined(tmp_path: Path) -> None:
    for file in (SYSTEMS / "twilio").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / f"RE{'0' * 31}1.wav").write_bytes(b"sound")
    recorded, missed = discover([tmp_path])
    assert recorded.record is not None
    assert (recorded.recording is not None, recorded.record.source) == (True, CALLER)
    assert missed.record is not None
    assert (missed.log_only, missed.record.disposition) == (True, Disposition.NO_ANSWER)


@pytest.mark.parametrize(
    "name",
    [
        "in-100-442079460018-20260701-101500-1782893700.41.wav",
        "1782893700.41.mp3",
        "pbx1-1782893700.41-in.ogg",
    ],
)
def test_a_recording_is_found_by_an_id_in_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / "cdr").mkdir()
    (tmp_path / "cdr" / "Master.csv").write_bytes((SYSTEMS / "asterisk" / "Master.csv").read_bytes())
    (tmp_path / "monitor").mkdir()
    (tmp_path / "monitor" / name).write_bytes(b"sound")
    recorded, *others = discover([tmp_path])
    assert recorded.record is not None
    assert recorded.record.ids == ("1782893700.41",)
    assert all(source.log_only for source in others)
    assert len(others) == 3


def test_a_record_beside_its_recording_gives_the_facts_and_a_call_file_goes_before_it(tmp_path: Path) -> None:
    (tmp_path / "Master.csv").write_bytes((SYSTEMS / "asterisk" / "Master.csv").read_bytes())
    (tmp_path / "1782893700.41.wav").write_bytes(b"sound")
    (tmp_path / "1782893700.41.call.json").write_text('{"line":"support","agent":"ida"}')
    source = next(iter(discover([tmp_path])))
    facts = Intake(IntakeOptions(lines=LINES, zone="Europe/London")).gather_facts(source)
    assert (facts.agent, facts.caller_phone_e164, facts.line) == ("ida", CALLER, "support")
    assert (facts.started_at, facts.zone_assumed) == (datetime(2026, 7, 1, 9, 15, tzinfo=UTC), True)
    assert facts.disposition is Disposition.ANSWERED


@pytest.mark.parametrize("system", ["asterisk", "freeswitch", "connect", "genesys", "twilio"])
def test_nothing_that_was_keyed_or_filed_about_the_customer_is_read(system: str) -> None:
    files = [path for path in (SYSTEMS / system).rglob("*") if path.is_file()]
    assert any(CARD in path.read_text() for path in files) or system == "twilio"
    for path in files:
        found = read_records(path, path.read_bytes())
        for record in found.records if found else ():
            assert isinstance(record, CallRecord)
            told = str([getattr(record, name) for name in CallRecord.__slots__])
            assert CARD not in told
            assert "CallRecord" in repr(record)
            assert CALLER not in repr(record)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("+442079460018", "+442079460018"),
        ("sip:204@example.com;transport=tls", "204"),
        ("00442079460018", "00442079460018"),
        (CARD, None),
        ("378282246310005", None),
        ("s", None),
        ("anonymous", None),
        ("1" * 16, None),
        (None, None),
    ],
)
def test_a_number_is_kept_as_written_and_a_card_is_none(written: str | None, read: str | None) -> None:
    assert number(written) == read


def test_the_line_is_known_by_its_queue_or_by_its_own_number_and_says_who_called() -> None:
    to_line = CallRecord(("a",), source=CALLER, destination="02079460100")
    assert (given_of(to_line, LINES).line, given_of(to_line, LINES).direction) == ("support", Direction.IN)
    from_line = CallRecord(("a",), source="+442079460100", destination=CALLER)
    assert (given_of(from_line, LINES).direction, given_of(from_line, LINES).caller_phone) == (Direction.OUT, CALLER)
    strangers = CallRecord(("a",), source=CALLER, destination=CALLED)
    assert given_of(strangers, LINES).caller_phone is None


HOSTILE_XML = {
    "an entity": b'<!DOCTYPE cdr [<!ENTITY a "b">]><cdr>&a;</cdr>',
    "a document type": b'<!DOCTYPE cdr SYSTEM "http://example.com/x"><cdr/>',
    "depth": b"<cdr>" + b"<a>" * 100,
    "a cut end": b"<cdr><variables>",
    "an unknown encoding": b'<?xml version="1.0" encoding="nonsense"?><cdr/>',
    "many elements": b"<cdr>" + b"<a/>" * 200_001 + b"</cdr>",
}


@pytest.mark.parametrize("name", HOSTILE_XML)
def test_hostile_xml_is_refused(name: str) -> None:
    with pytest.raises(IntakeError) as refused:
        load_xml(HOSTILE_XML[name])
    assert refused.value.code == "record_xml"


def test_a_file_of_column_names_without_the_needed_ones_is_refused(tmp_path: Path) -> None:
    (tmp_path / "custom.csv").write_bytes(_csv("a,b", {"a": "1", "b": "2"}))
    (tmp_path / "custom.columns").write_text("a,b")
    (source,) = discover([tmp_path])
    assert source.refusal is not None
    assert source.refusal.code == "record_columns"


def test_records_that_break_off_are_refused_where_they_do() -> None:
    path = next((SYSTEMS / "connect").glob("ctr-*"))
    found = read_records(path, path.read_bytes()[:-20])
    assert found is not None
    assert [isinstance(one, IntakeError) for one in found.records] == [False, False, True]


NUMBERS = st.integers(-(2**63), 2**63 - 1) | st.floats()
SCALARS = st.none() | st.booleans() | NUMBERS | st.text(max_size=12) | st.sampled_from([CARD, CALLER])
NAMES = (
    *("callflow", "variables", "caller_profile", "times", "extension", "applications", "uuid", "profile_index"),
    *("ContactId", "InitiationMethod", "CustomerEndpoint", "Address", "InitiationTimestamp", "Recordings", "Agent"),
    *("mediaType", "userIds", "sid", "call_sid", "account_sid", "start_time", "eventtype", "eventtime", "linkedid"),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=25,
)
SHAPES = st.sampled_from(
    [
        {"variables": {"uuid": "a"}, "callflow": {}},
        {"ContactId": "a", "InitiationMethod": "INBOUND"},
        {"mediaType": "call"},
        {"sid": "CA1", "account_sid": "AC1"},
        {"eventtype": "CHAN_START", "eventtime": "1782900000.1", "linkedid": "1.1"},
    ]
)


@given(SHAPES, st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8))
def test_any_json_record_is_read_or_refused(shape: dict[str, object], members: dict[str, object]) -> None:
    data = orjson.dumps({**members, **shape}, option=orjson.OPT_NON_STR_KEYS)
    for name in ("a.json", "a_metadata.json"):
        with contextlib.suppress(IntakeError):
            found = read_records(Path(name), data)
            for record in found.records if found else ():
                if isinstance(record, CallRecord):
                    given_of(record, LINES)


@given(st.lists(st.dictionaries(st.sampled_from(CDR.split(",")), st.text(max_size=20), max_size=6), max_size=5))
def test_any_cdr_table_is_read_or_refused(rows: list[dict[str, str]]) -> None:
    with contextlib.suppress(IntakeError):
        found = read_records(Path("Master.csv"), _csv(CDR, ROW, *({**ROW, **row} for row in rows)))
        for record in found.records if found else ():
            if isinstance(record, CallRecord):
                given_of(record, LINES)


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.tsv", "a.xml", "a.json", "a"]))
def test_garbage_holds_no_call_records(data: bytes, name: str) -> None:
    with contextlib.suppress(IntakeError):
        assert read_records(Path(name), data) is None


EVENT = '{{"eventtype": "CHAN_START", "eventtime": "{}", "linkedid": "x", "uniqueid": "x"}}'
TWILIO = '{{"sid": "CA1", "account_sid": "AC1", "duration": {}, "start_time": "{}"}}'


@pytest.mark.parametrize(
    "text",
    [
        f"[{EVENT.format('2026-01-01 10:00:00')}, {EVENT.format('1767261600.0')}]",
        TWILIO.format("9" * 400, "") * 2,
        TWILIO.format(1, "Mon, 31 Dec 9999 23:00:00 -1400"),
    ],
    ids=["times_with_and_without_a_zone", "a_number_beyond_every_float", "a_year_beyond_every_zone"],
)
def test_a_value_that_makes_no_sense_is_left_out(text: str) -> None:
    record, *_ = _records(Path("a.json"), text.encode())
    assert record.duration in (None, 1)
    assert record.started is None or record.started.year == 2026


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b'[{"ContactId": "a", "InitiationMethod": "INBOUND"}' + b",0" * 6_000_000 + b"]"),
        ("a.xml", b"<cdr>" + b" " * 16 * 1024 * 1024 + b"</cdr>"),
    ],
)
def test_a_file_that_takes_many_times_its_size_in_memory_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(IntakeError, match="record_too_large"):
        read_records(Path(name), data)


def test_a_call_of_very_many_legs_is_joined_in_time() -> None:
    legs = RecordIndex(CallRecord(("call", f"leg{n}"), lines=(f"line{n}",)) for n in range(3000))
    [record] = legs.without([])
    assert len(record.ids) == len(record.lines) == 200
    assert legs.of("leg2999.wav") == record
