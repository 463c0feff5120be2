from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pii_calls import call

from callward.engine.pii import (
    ALL_CHANNEL_TYPES,
    DEFAULT_OPERATORS,
    About,
    Category,
    Conversation,
    Finding,
    Hash,
    Mask,
    PiiError,
    Redacted,
    Sensitivity,
    Span,
    Turn,
    Type,
    category,
    detect,
    payment_suspicions,
    redact,
    residual,
)

PAYMENT = """
agent: card number please
caller: 4111 1111
agent: yes
caller: 1111 1111, expiry 09/28, code 175
agent: and your email
caller: dana@example.com
"""


def redacted(script: str, language: str = "en") -> Redacted:
    conversation = call(script, language)
    return redact(conversation, detect(conversation))


def after(script: str, language: str = "en") -> Conversation:
    conversation = call(script, language)
    texts = redacted(script, language).texts
    turns = tuple(Turn(turn.speaker, text) for turn, text in zip(conversation.turns, texts, strict=True))
    return Conversation(turns, language)


def finding(kind: Type, value: str, *spans: Span) -> Finding:
    return Finding(kind, spans, 1.0, "test", spoken=False, about=About.CALLER, value=value)


def test_each_type_is_replaced_in_its_own_way() -> None:
    assert redacted(PAYMENT).texts == (
        "card number please",
        "[PAYMENT_CARD]",
        "yes",
        "[PAYMENT_CARD ****1111], expiry [CARD_EXPIRY], code [CARD_CVV]",
        "and your email",
        "[EMAIL]",
    )


def test_an_unfinished_card_shows_no_digits() -> None:
    assert redacted("agent: card number please\ncaller: 4111 1111").texts[1] == "[PAYMENT_CARD]"


def test_a_mask_never_shows_more_than_four_digits_nor_a_security_code() -> None:
    conversation = call("card 4242424242424242")
    shown = redact(conversation, detect(conversation), {Type.PAYMENT_CARD: Mask(last=12)})
    assert shown.texts == ("card [PAYMENT_CARD ****4242]",)
    code = redact(call("123"), (finding(Type.CARD_CVV, "123", Span(0, 0, 3)),), {Type.CARD_CVV: Mask()})
    assert code.texts == ("[CARD_CVV]",)


def test_equal_values_have_equal_hashes_under_one_key_only() -> None:
    conversation = call("a@example.com a@example.com b@example.com")
    found = detect(conversation)
    words, other = (
        redact(conversation, found, {Type.EMAIL: Hash()}, key=key).texts[0].split("] ") for key in (b"one", b"two")
    )
    assert words[0] == words[1] != words[2]
    assert words[0] != other[0]


def test_a_hash_without_a_key_is_refused() -> None:
    conversation = call("a@example.com")
    with pytest.raises(PiiError, match="key_missing"):
        redact(conversation, detect(conversation), {Type.EMAIL: Hash()})


def test_a_type_without_an_operator_is_replaced_all_the_same() -> None:
    conversation = call("a@example.com")
    assert redact(conversation, detect(conversation), {}).texts == ("[EMAIL]",)


@pytest.mark.parametrize("span", [Span(1, 0, 1), Span(0, 3, 9), Span(0, 2, 2), Span(-1, 0, 1), Span(0, -1, 2)])
def test_a_span_outside_the_text_is_refused(span: Span) -> None:
    with pytest.raises(PiiError, match="span_outside_text"):
        redact(call("abcd"), (finding(Type.EMAIL, "x", span),))


def test_overlapping_findings_are_refused() -> None:
    one, two = finding(Type.EMAIL, "x", Span(0, 0, 3)), finding(Type.PHONE, "y", Span(0, 2, 4))
    with pytest.raises(PiiError, match="findings_overlap"):
        redact(call("abcd"), (one, two))


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4), st.data())
def test_what_is_not_redacted_stays_and_edits_say_where(texts: list[str], data: st.DataObject) -> None:
    conversation = Conversation(tuple(Turn(About.CALLER, text) for text in texts))
    findings = []
    for turn, text in enumerate(texts):
        cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
        findings += [finding(Type.EMAIL, "x", Span(turn, *cut)) for cut in zip(cuts[::2], cuts[1::2], strict=False)]
    done = redact(conversation, tuple(findings))
    for turn, (old, new) in enumerate(zip(texts, done.texts, strict=True)):
        at_old = at_new = 0
        for edit in done.edits[turn]:
            assert old[at_old : edit.start] == new[at_new : edit.new_start]
            assert new[edit.new_start : edit.new_end] == "[EMAIL]"
            assert findings[edit.finding].spans[0] == Span(turn, edit.start, edit.end)
            at_old, at_new = edit.end, edit.new_end
        assert old[at_old:] == new[at_new:]


def test_nothing_is_left_after_redaction() -> None:
    assert residual(after(PAYMENT)) == ()


@pytest.mark.parametrize("kind", list(Type))
def test_the_label_of_a_redaction_is_no_finding(kind: Type) -> None:
    turns = (Turn(About.AGENT, "the card number please"), Turn(About.CALLER, f"it is [{kind} ****1234] and [{kind}]"))
    hashed = Turn(About.CALLER, f"[{kind} 123456789012] [{kind}]")
    assert residual(Conversation((*turns, hashed), "en")) == ()


@pytest.mark.parametrize(
    "said",
    [
        "it says [ACCOUNT_NUMBER 7731 0529 4] on top",
        "it is [EMAIL four one one one one one one one one one one one]",
        "it is [PHONE ****12345678]",
    ],
)
def test_words_that_came_in_dressed_as_a_label_are_searched_again(said: str) -> None:
    assert residual(call(said)) != ()


@pytest.mark.parametrize(
    "script",
    [
        "take 204182",
        "two zero four one eight two",
        "caller: 204\nagent: yes\ncaller: and 182",
        "and 20264418 then",
        "111222333",
    ],
)
def test_six_digits_or_digit_words_count_in_the_second_pass(script: str) -> None:
    assert detect(call(script)) == ()
    assert residual(call(script)) != ()


@pytest.mark.parametrize("said", ["order number 20264418", "the tracking number is one two three four five six seven"])
def test_a_number_that_is_named_as_nobodys_sends_no_call_to_review(said: str) -> None:
    assert residual(call(said)) == ()


def test_an_order_number_that_may_be_a_card_still_counts_in_the_second_pass() -> None:
    assert {one.type for one in residual(call("order number 4111111111111111"))} == {Type.PAYMENT_CARD}


@pytest.mark.parametrize("said", ["41111111111111115500000000000004", "it reads 4111111111111111" + "7" * 24])
def test_a_card_number_may_stand_in_a_run_that_is_longer_than_one(said: str) -> None:
    assert {one.type for one in residual(call(said))} == {Type.PAYMENT_CARD}


@pytest.mark.parametrize("script", ["it is [EMAIL] and 12345", "it cost 180.000 euros", "two or three at 12.30"])
def test_small_numbers_and_prices_pass_the_second_pass(script: str) -> None:
    assert residual(call(script)) == ()


def test_the_strict_pass_finds_at_least_what_the_normal_pass_finds() -> None:
    conversation = call(PAYMENT)
    strict = {span for one in detect(conversation, sensitivity=Sensitivity.STRICT) for span in one.spans}
    assert {span for one in detect(conversation) for span in one.spans} <= strict


@pytest.mark.parametrize(
    ("answer", "turns"),
    [
        ("i will pay by invoice", ()),
        ("sorry i do not have it with me", ()),
        ("four two four two four two four two four two four two four two four two", ()),
        ("it's four one one something", (1,)),
        ("[inaudible]", (1,)),
        ("4111 1111 11", (1,)),
    ],
)
def test_a_card_that_was_asked_for_and_not_located_is_suspected(answer: str, turns: tuple[int, ...]) -> None:
    conversation = call(f"agent: card number please\ncaller: {answer}\nagent: thank you")
    assert payment_suspicions(conversation, detect(conversation)) == turns


def test_a_security_code_that_was_not_understood_is_suspected() -> None:
    conversation = call("agent: and the security code on the back\ncaller: seven nine <unk>")
    assert payment_suspicions(conversation, detect(conversation)) == (1,)


def test_a_whole_payment_is_not_suspected() -> None:
    conversation = call(PAYMENT)
    assert payment_suspicions(conversation, detect(conversation)) == ()


def test_last_four_digits_are_not_suspected() -> None:
    conversation = call("agent: is that the card ending one two three four\ncaller: yes")
    assert payment_suspicions(conversation, detect(conversation)) == ()


def test_every_type_has_a_category_and_an_operator() -> None:
    assert all(isinstance(category(kind), Category) for kind in Type)
    assert set(DEFAULT_OPERATORS) == set(Type)
    assert len({one.letter for one in Category}) == len(Category)
    assert {Type.PAYMENT_CARD, Type.CARD_CVV, Type.NATIONAL_ID} <= ALL_CHANNEL_TYPES
