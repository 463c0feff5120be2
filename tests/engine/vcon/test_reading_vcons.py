"""vCons of every version are read tolerantly, and refused where that would not be safe."""

from __future__ import annotations

import base64
import contextlib
import gzip
from collections import Counter
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.engine.vcon import (
    Deviation,
    Encoding,
    Vcon,
    VconError,
    check_content_hash,
    hash_of,
    host_of,
    parse_vcon,
    recordings,
    transcript_of,
)

CORPUS = Path(__file__).parents[4] / "shared" / "corpora" / "vcons"
TOP = {"uuid": "019f15a6-a752-826f-b9a2-279e0d16bc46", "created_at": "2026-07-01T10:00:00Z"}
START = "2026-07-01T10:00:00Z"


def _vcon(**members: object) -> bytes:
    return orjson.dumps({**TOP, "parties": [], **members})


def _recording(**members: object) -> bytes:
    dialog = {"type": "recording", "start": START, "parties": [0, 1], **members}
    return _vcon(parties=[{"name": "anonymous"}, {}], dialog=[dialog])


def _code(data: bytes) -> str:
    with pytest.raises(VconError) as refused:
        parse_vcon(data)
    return refused.value.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "vcon_empty"),
        (b"\xff" * 100, "vcon_encoding"),
        (b"[" * 100_000, "vcon_too_deep"),
        (b'{"parties":[NaN]}', "vcon_json"),
        (b"[]", "vcon_form"),
        (b'{"subject":"x"}', "vcon_form"),
        (b'{"parties":[1]}', "vcon_shape"),
        (b'{"parties":{}, "dialog":[]}', "vcon_shape"),
        (b'{"ciphertext":"x","recipients":[]}', "vcon_encrypted"),
        (_vcon(critical=["unheard_of"]), "vcon_critical_extension"),
        (_vcon(critical=["CC", "lawful_basis"]), "vcon_critical_extension"),
        (_vcon(must_support=["unheard_of"]), "vcon_critical_extension"),
        (_vcon(critical="CC"), "vcon_shape"),
        (_recording(body="%%%", encoding="base64url"), "vcon_body"),
        (_recording(body="x", encoding="rot13"), "vcon_body"),
        (_recording(url="https://example.com/a", content_hash="sha512"), "vcon_content_hash"),
        (_recording(party_history=5), "vcon_shape"),
        (gzip.compress(_vcon(), mtime=0)[:-9], "vcon_gzip"),
        (gzip.compress(_vcon(), mtime=0) + b"more", "vcon_gzip"),
    ],
)
def test_each_fault_is_refused_with_its_own_code(data: bytes, code: str) -> None:
    assert _code(data) == code


def test_a_decompression_bomb_is_refused() -> None:
    assert _code(gzip.compress(b" " * (257 * 1024 * 1024), compresslevel=1, mtime=0)) == "vcon_too_large"


def test_a_conforming_vcon_has_no_deviation() -> None:
    vcon = parse_vcon(_recording(body="UklGRg", encoding="base64url", mediatype="audio/x-wav"))
    assert vcon.deviations == ()
    assert vcon.dialogs[0].content.data == b"RIFF"


def test_a_critical_extension_that_is_honoured_is_read() -> None:
    assert parse_vcon(_vcon(critical=["CC"], extensions=["CC"])).deviations == ()


def test_gzip_is_read() -> None:
    assert parse_vcon(gzip.compress(_vcon(), mtime=0)).uuid == TOP["uuid"]


def test_old_names_are_brought_to_todays() -> None:
    digest = base64.urlsafe_b64encode(bytes(64)).decode()
    old = {"type": "recording", "start": START, "mimetype": "audio/wav", "alg": "SHA-512", "signature": digest}
    vcon = parse_vcon(_vcon(vcon="0.0.1", appended={"uuid": "x"}, dialog=[{**old, "url": "https://example.com/a"}]))
    content = vcon.dialogs[0].content
    assert content.mediatype == "audio/wav"
    assert content.hashes == ("sha512-" + digest.rstrip("="),)
    assert vcon.amended is not None
    assert {Deviation.OLD_VERSION, Deviation.OLD_NAME, Deviation.OLD_HASH} <= set(vcon.deviations)


def test_a_role_in_meta_is_read_and_named() -> None:
    vcon = parse_vcon(_vcon(parties=[{"meta": {"role": "agent"}, "email": "a@example.com"}]))
    assert (vcon.parties[0].role, vcon.parties[0].mailto) == ("agent", "a@example.com")
    assert {Deviation.ROLE, Deviation.EMAIL} <= set(vcon.deviations)


def test_json_sent_as_a_string_is_taken_out_of_it() -> None:
    analysis = {"type": "report", "vendor": "example", "body": '{"b":1,"a":[2]}', "encoding": "json"}
    vcon = parse_vcon(_vcon(analysis=[analysis]))
    content = vcon.analyses[0].content
    assert (content.data, content.encoding) == (b'{"a":[2],"b":1}', Encoding.JSON)
    assert vcon.deviations == (Deviation.JSON_AS_STRING,)


def test_pressed_keys_are_counted_and_never_kept() -> None:
    history = [{"party": 0, "time": START, "event": "keydown", "button": digit} for digit in "4111"]
    vcon = parse_vcon(_recording(party_history=history, url="https://example.com/a", content_hash=hash_of(b"x")))
    assert vcon.dialogs[0].key_presses == 4
    assert "4111" not in repr(vcon)
    assert not any("button" in name for name in vcon.dialogs[0].__slots__)


def test_a_channel_without_a_party_stays_empty() -> None:
    vcon = parse_vcon(_recording(parties=[None, [1], 0, 99]))
    assert vcon.dialogs[0].parties == ((), (1,), (0,), ())
    assert vcon.dialogs[0].per_channel
    assert Deviation.INDEX in vcon.deviations


def test_a_time_without_a_zone_stays_without_one() -> None:
    vcon = parse_vcon(_vcon(created_at="2024-03-17T04:10:16.099034"))
    assert vcon.created_at is not None
    assert vcon.created_at.tzinfo is None
    assert vcon.deviations == (Deviation.TIME_ZONE,)


def test_content_is_held_against_its_hash() -> None:
    content = parse_vcon(_recording(url="https://Example.com/a?x=1", content_hash=hash_of(b"sound"))).dialogs[0].content
    check_content_hash(content, [b"so", b"und"])
    assert host_of(content.url or "") == "example.com"
    with pytest.raises(VconError) as refused:
        check_content_hash(content, [b"other"])
    assert refused.value.code == "vcon_content_hash"


def test_a_repr_shows_no_personal_data() -> None:
    vcon = parse_vcon(_vcon(subject="Dana", parties=[{"name": "Dana", "tel": "+15550100"}]))
    assert "Dana" not in repr(vcon) + repr(vcon.parties)


def test_written_messages_never_stand_in_for_a_recordings_transcript() -> None:
    dialogs = [
        {"type": "recording", "start": START, "mediatype": "audio/wav", "body": "AAAA", "encoding": "base64url"},
        {"type": "text", "start": START, "parties": [0], "body": "hello", "encoding": "none"},
    ]
    vcon = parse_vcon(_vcon(parties=[{}], dialog=dialogs))
    assert transcript_of(vcon, 0) is None
    assert transcript_of(vcon, None) is not None


def test_times_of_day_become_seconds_from_the_start() -> None:
    body = [{"parties": 0, "start": "2026-07-01T10:00:01.5Z", "duration": 0.5, "text": "Hello."}]
    analysis = {"type": "transcript", "vendor": "x", "dialog": 0, "body": body, "encoding": "json"}
    dialog = {"type": "recording", "start": START, "mediatype": "audio/wav", "body": "AAAA", "encoding": "base64url"}
    vcon = parse_vcon(_vcon(parties=[{"role": "agent"}], extensions=["CC"], dialog=[dialog], analysis=[analysis]))
    assert vcon.deviations == ()
    conversation = transcript_of(vcon, 0)
    assert conversation is not None
    (piece,) = conversation.pieces
    assert (piece.role, piece.text, piece.start, piece.end) == ("agent", "Hello.", 1.5, 2.0)


def _corpus(folder: str) -> tuple[list[Vcon], Counter[str]]:
    if not CORPUS.is_dir():
        pytest.skip("the sample vCons (../shared/corpora/vcons) are missing")
    read, refused = [], Counter[str]()
    paths = [*(CORPUS / folder).glob("*.vcon.json"), *(CORPUS / folder).glob("*.vcon")]
    for path in sorted(paths):
        try:
            read.append(parse_vcon(path.read_bytes()))
        except VconError as error:
            refused[error.code] += 1
    return read, refused


def test_all_26_calls_have_a_recording_and_a_transcript_with_roles() -> None:
    read, refused = _corpus("calls")
    assert (len(read), refused) == (26, Counter())
    for vcon in read:
        (recording,) = recordings(vcon)
        conversation = transcript_of(vcon, recording.dialog)
        assert conversation is not None
        assert {piece.role for piece in conversation.pieces} == {"Agent", "Customer"}


def test_all_120_transcripts_are_read_and_hold_words() -> None:
    read, refused = _corpus("transcripts")
    assert (len(read), refused) == (120, Counter())
    conversations = [transcript_of(vcon, next((r.dialog for r in recordings(vcon)), None)) for vcon in read]
    assert all(conversation is not None and conversation.pieces for conversation in conversations)


def test_of_the_drafts_examples_only_two_are_refused_with_good_reason() -> None:
    read, refused = _corpus("ietf")
    assert len(read) == 15
    assert refused == Counter({"vcon_encrypted": 1, "vcon_form": 1})
    assert sum(vcon.signature == "signed_untrusted" for vcon in read) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=6) | st.just(START),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "uuid",
                    "created_at",
                    "parties",
                    "dialog",
                    "analysis",
                    "attachments",
                    "redacted",
                    "amended",
                    "critical",
                    "body",
                    "encoding",
                    "url",
                    "content_hash",
                    "type",
                    "start",
                    "duration",
                    "party_history",
                    "event",
                    "meta",
                    "payload",
                    "signatures",
                    "protected",
                    "signature",
                    "header",
                    "vendor",
                    "alg",
                    "vcon",
                    "originator",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=30,
)


@given(st.dictionaries(st.sampled_from(["parties", "dialog", "analysis", "attachments"]), JSON, max_size=4) | JSON)
def test_no_json_makes_anything_escape_but_a_vcon_error(value: object) -> None:
    with contextlib.suppress(VconError):
        vcon = parse_vcon(orjson.dumps(value))
        recordings(vcon)
        transcript_of(vcon, None)
        transcript_of(vcon, 0)


@given(st.binary(max_size=200))
def test_no_bytes_make_anything_escape_but_a_vcon_error(data: bytes) -> None:
    for candidate in (data, b"\x1f\x8b" + data, b"{" + data):
        with contextlib.suppress(VconError):
            parse_vcon(candidate)
