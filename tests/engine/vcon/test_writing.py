"""Writing is strict: what it writes reads back equal and without a deviation."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.engine.vcon import (
    Analysis,
    Attachment,
    Content,
    Dialog,
    Encoding,
    Party,
    Reference,
    Vcon,
    VconError,
    hash_of,
    parse_vcon,
    write_vcon,
)

NOW = dt.datetime(2026, 7, 1, 10, tzinfo=dt.UTC)
UUID = "019f15a6-a752-826f-b9a2-279e0d16bc46"
BASE = Vcon(UUID, NOW)

words = st.text("abcåäö é😀'\"\\", min_size=1, max_size=8)
times = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001 - Hypothesis adds the zone itself
inline = (
    st.builds(Content, st.binary(max_size=40), st.just(Encoding.BASE64URL), mediatype=st.just("audio/x-wav"))
    | st.builds(Content, words.map(str.encode), st.just(Encoding.NONE), filename=words)
    | st.builds(
        Content,
        st.dictionaries(words, words | st.integers(-9, 9), max_size=3).map(
            lambda value: orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        ),
        st.just(Encoding.JSON),
    )
)
external = st.builds(
    Content, url=st.just("https://example.com/a"), hashes=st.binary(max_size=4).map(lambda data: (hash_of(data),))
)
parties = st.builds(Party, tel=st.none() | words, name=st.none() | words, role=st.none() | words)
dialogs = st.builds(
    Dialog,
    st.sampled_from(["recording", "text"]),
    times,
    st.none() | st.floats(0, 1000),
    st.just(((0,), (1,))),
    st.just(value=False),
    st.none() | st.just(1),
    inline | external,
)
per_channel = st.builds(
    Dialog,
    st.just("recording"),
    times,
    parties=st.lists(st.sampled_from([(), (0,), (1,), (0, 1)]), min_size=1, max_size=3).map(tuple),
    per_channel=st.just(value=True),
    content=external,
)
analyses = st.builds(Analysis, words, words, st.sampled_from([(), (0,)]), words, words, inline | external)
attachments = st.builds(Attachment, words, times, st.just(0), st.just(0), inline)
VCONS = st.builds(
    Vcon,
    st.just(UUID),
    times,
    subject=st.none() | words,
    parties=st.tuples(parties, parties),
    dialogs=st.lists(dialogs | per_channel, min_size=1, max_size=3).map(tuple),
    analyses=st.lists(analyses, max_size=2).map(tuple),
    attachments=st.lists(attachments, max_size=2).map(tuple),
    extensions=st.just(("CC",)),
    redacted=st.none() | st.builds(Reference, uuid=st.just(UUID), type=words),
)


@given(VCONS)
def test_what_is_written_reads_back_equal(vcon: Vcon) -> None:
    data = write_vcon(vcon)
    assert parse_vcon(data) == vcon
    assert write_vcon(parse_vcon(data)) == data


@pytest.mark.parametrize(
    "value",
    [
        replace(BASE, uuid=None),
        replace(BASE, uuid="no-uuid"),
        replace(BASE, created_at=None),
        replace(BASE, created_at=NOW.replace(tzinfo=None)),
        replace(BASE, parties=(Party(role="agent"),)),
        replace(BASE, parties=(Party(name=""),)),
        replace(BASE, redacted=Reference(uuid=UUID)),
        replace(BASE, redacted=Reference(uuid=UUID, type="x"), amended=Reference(uuid=UUID)),
        replace(BASE, amended=Reference(url="https://example.com/a")),
        replace(BASE, critical=("unheard_of",)),
        replace(BASE, dialogs=(Dialog("recording", NOW),)),
        replace(BASE, dialogs=(Dialog("song", NOW, content=Content(b"", Encoding.NONE)),)),
        replace(BASE, dialogs=(Dialog("text", NOW, parties=((7,),), content=Content(b"", Encoding.NONE)),)),
        replace(BASE, dialogs=(Dialog("text", NOW, content=Content(b"\xff", Encoding.NONE)),)),
        replace(BASE, dialogs=(Dialog("text", NOW, content=Content(b"", Encoding.NONE), key_presses=1),)),
        replace(BASE, dialogs=(Dialog("recording", NOW, content=Content(url="http://example.com")),)),
        replace(BASE, analyses=(Analysis("report", content=Content(b"1", Encoding.JSON)),)),
        replace(BASE, attachments=(Attachment(content=Content(b"1", Encoding.JSON)),)),
    ],
)
def test_a_value_that_the_draft_does_not_allow_is_not_written(value: Vcon) -> None:
    with pytest.raises(VconError) as refused:
        write_vcon(value)
    assert refused.value.code == "vcon_write"
