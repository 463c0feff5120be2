from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processor_time import least_seconds, takes_less_than

from callward.engine.pii import About, Conversation, Turn, detect, payment_suspicions, redact, residual

FRAGMENTS = [
    "4111 1111 1111 1111", "card number", "four two", "double", "triple oh", "hundred", "thousand", "no", "sorry",
    "dot", "at", "example dot com", "gb29", "NWBK", "\u0301", "\ud800",
    "\x00", "\n", "\u200b", "\u00ad", "9", "1.2.3.4",
    "::1", "a@b.ee", "07700 900123", "date of birth", "may", "fifth", "security code", "expires", "/", "-", "12/28",
    "\U0001f600", "İ", "ß", "²", "½", "Ⅷ", "\uff14", "\u0664", "[PAYMENT_CARD ****1111]", "£", "€", "bsn",
    "111222333", " ", "q q",
]  # fmt: skip
TURNS = st.lists(
    st.builds(
        Turn,
        st.sampled_from(list(About)),
        st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=8)), max_size=12).map(" ".join)
        | st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join),
    ),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(TURNS, st.sampled_from(["en", "sv", "et", "ro", "nl", "ru", None, "en-GB", ""]))
def test_any_text_is_searched_and_redacted(turns: list[Turn], language: str | None) -> None:
    conversation = Conversation(tuple(turns), language)
    findings = detect(conversation)
    seen: set[tuple[int, int]] = set()
    for finding in findings:
        assert finding.spans
        assert list(finding.spans) == sorted(finding.spans)
        assert 0 < finding.score <= 1
        for span in finding.spans:
            assert 0 <= span.start < span.end <= len(turns[span.turn].text)
            cells = {(span.turn, place) for place in range(span.start, span.end)}
            assert not cells & seen
            seen |= cells
    done = redact(conversation, findings)
    again = tuple(Turn(turn.speaker, text) for turn, text in zip(turns, done.texts, strict=True))
    residual(Conversation(again, language))
    assert all(0 <= turn < len(turns) for turn in payment_suspicions(conversation, findings))


def _search(conversation: Conversation) -> Callable[[], object]:
    return lambda: payment_suspicions(conversation, detect(conversation))


def _is_linear(short: Conversation, long: Conversation) -> bool:
    """Whether six times as much takes less than eighteen times as long."""
    _search(short)()
    return takes_less_than(18 * least_seconds(_search(short), times=3) + 0.2, _search(long))


@pytest.mark.parametrize(
    "text",
    [
        "7 ", "7", "seven ", "no seven ", "phone 07700 900123 ", "card number 41 ", "a@b.ee ", "x at y dot com ",
        "gb29 ", "one thousand ", "a:b:c:1:", "1.2.3.4.", "born 2 july 1990 ", "card ", "e\u0301", "\ud800", "cvv 123 ",
        "may one ", "bsn 111222333 ", "well i think that ", "1-1.1/1,", "(0)", "1 (2 (3 ", "4--", "one two three ",
        "oh ", "twenty ", "hundred and ", "@", "a@", "a@b.", "at dot ", "www.a.", "phone number ", "my password is ",
        "what is your account number ", "customer number kl-88213 ", "b c d ", "alpha bravo ", "b for bertie ",
        "double u ", "ab12", "a1 ", "asthma ", "broken back ", "33 years old ", "12 mill lane ",
        "she's 91 ", "my son is six ", "my name is ", "::", "a:", "<", "?",
    ],
)  # fmt: skip
def test_time_is_linear_in_the_length_of_a_turn(text: str) -> None:
    short, long = (Conversation((Turn(About.CALLER, text * (size // len(text))),), "en") for size in (2_000, 12_000))
    assert _is_linear(short, long)


@pytest.mark.parametrize(
    ("language", "begun", "text"),
    [
        ("en", "SA Ltd ", "Ab-"), ("en", "SA Ltd ", "A&'"), ("en", "SA Ltd ", "Ab Ab-Ab "), ("sv", "AB ", "AB-"),
        ("nl", "BV ", "BV-A "), ("et", "OÜ ", "OÜ-Ab "), ("ro", "SRL ", "SC-A'"),
    ],
)  # fmt: skip
def test_time_is_linear_in_the_capitals_beside_a_firm(language: str, begun: str, text: str) -> None:
    short, long = (
        Conversation((Turn(About.CALLER, begun + text * (size // len(text))),), language) for size in (2_000, 12_000)
    )
    assert _is_linear(short, long)


@pytest.mark.parametrize(
    ("language", "text"),
    [("sv", "tjugotre "), ("sv", "en ett "), ("nl", "een "), ("nl", "drieentwintig "), ("ro", "o suta "), ("ro", "un "),
     ("et", "kaheksa "), ("sv", "sju hundra "), ("ro", "s-a "), ("nl", "zet ")],
)  # fmt: skip
def test_time_is_linear_in_the_number_words_of_a_language(language: str, text: str) -> None:
    short, long = (
        Conversation((Turn(About.CALLER, text * (size // len(text))),), language) for size in (2_000, 12_000)
    )
    assert _is_linear(short, long)


@pytest.mark.parametrize(
    "texts",
    [
        ("four two four two", "yes"),
        ("card number?", "seven seven four"),
        ("", ""),
        ("customer number?", "b c 7"),
        ("password?", "blue"),
        ("your name?", "a"),
        ("gb29", "6016"),
    ],
)
def test_time_is_linear_in_the_number_of_turns(texts: tuple[str, str]) -> None:
    speakers = (About.CALLER, About.AGENT)
    short, long = (
        Conversation(tuple(Turn(speakers[i % 2], texts[i % 2]) for i in range(count)), "en") for count in (200, 1_200)
    )
    assert _is_linear(short, long)


@pytest.mark.slow
def test_ten_megabytes_in_one_turn_take_linear_time() -> None:
    text = "well i think that we should look at it again "
    one, ten = (Conversation((Turn(About.CALLER, text * (size // len(text))),), "en") for size in (10**6, 10**7))
    assert takes_less_than(15 * least_seconds(_search(one), times=2), _search(ten))


@pytest.mark.slow
def test_a_hundred_thousand_turns_are_searched() -> None:
    turns = tuple(Turn(About.CALLER, "two of the three boxes") for _ in range(100_000))
    assert detect(Conversation(turns, "en")) == ()
