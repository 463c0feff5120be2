from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.engine.pii import (
    About,
    Conversation,
    Finding,
    Generalise,
    Hash,
    Operator,
    PiiError,
    Pseudonym,
    Span,
    Turn,
    Type,
    redact,
    residual,
)
from callward.engine.pii.stand_ins import _forms, form_of, stand_ins

KEY, OTHER_KEY = b"k" * 32, b"o" * 32


def said(operator: Operator, *values: str, kind: Type = Type.PERSON, key: bytes | None = KEY) -> list[str]:
    """Redact one turn for each value; each turn is nothing but the value."""
    talk = Conversation(tuple(Turn(About.CALLER, value) for value in values), "sv")
    findings = tuple(
        Finding(kind, (Span(number, 0, len(value)),), 1.0, "test", False, About.OTHER, value)
        for number, value in enumerate(values)
    )
    return list(redact(talk, findings, {kind: operator}, key=key).texts)


def test_a_name_becomes_a_name_of_the_language_and_the_form() -> None:
    (label,) = said(Pseudonym("sv"), "Karin Ask")
    given_name, surname = label.removeprefix("[PERSON ").removesuffix("]").split(" ")
    assert given_name in stand_ins("sv").female
    assert surname in stand_ins("sv").surnames


@pytest.mark.parametrize(("name", "pool"), [("Lars", "male"), ("Ingrid", "female"), ("Zhyldyz", "either")])
def test_the_form_is_kept_where_it_is_known(name: str, pool: str) -> None:
    (label,) = said(Pseudonym("nl"), name)
    assert label.removeprefix("[PERSON ").removesuffix("]") in getattr(stand_ins("nl"), pool)


def test_the_same_name_is_the_same_person_in_every_call_and_its_parts_too() -> None:
    whole, again, given_name, surname = said(Pseudonym("sv"), "Nadine Osei", "nadine OSEI", "Nadine", "osei")
    assert whole == again
    assert whole == f"{given_name[:-1]} {surname.removeprefix('[PERSON ')}"
    assert said(Pseudonym("sv"), "Nadine Osei") == [whole]


def test_another_key_is_another_pseudonym() -> None:
    names = [f"Nadine {letter}sei" for letter in "abcdefgh"]
    assert said(Pseudonym("en"), *names) != said(Pseudonym("en"), *names, key=OTHER_KEY)


def test_what_is_no_name_becomes_a_short_mark_and_a_code_nothing() -> None:
    (mark,) = said(Pseudonym(), "+46701740650", kind=Type.PHONE)
    assert mark.startswith("[PHONE ")
    assert len(mark) == len("[PHONE 123456]")
    assert said(Pseudonym(), "123", kind=Type.CARD_CVV) == ["[CARD_CVV]"]


def test_no_pseudonym_is_made_without_a_key() -> None:
    with pytest.raises(PiiError) as refused:
        said(Pseudonym(), "Anna", key=None)
    assert refused.value.code == "key_missing"


def test_what_is_about_the_caller_is_named_under_the_key_of_the_caller() -> None:
    talk = Conversation((Turn(About.CALLER, "Nadine Osei"),), "en")
    mine = (Finding(Type.PERSON, (Span(0, 0, 11),), 1.0, "test", False, About.CALLER, "nadine osei"),)
    theirs = redact(talk, mine, {Type.PERSON: Hash()}, key=KEY, caller_key=OTHER_KEY).texts
    assert theirs == redact(talk, mine, {Type.PERSON: Hash()}, key=OTHER_KEY).texts
    assert theirs != redact(talk, mine, {Type.PERSON: Hash()}, key=KEY).texts


@pytest.mark.parametrize(
    ("kind", "value", "label"),
    [
        (Type.DATE_OF_BIRTH, "1985-05-01", "[DATE_OF_BIRTH 1985]"),
        (Type.DATE_OF_BIRTH, "--05-01", "[DATE_OF_BIRTH]"),
        (Type.AGE, "33", "[AGE 30-39]"),
        (Type.AGE, "7", "[AGE 0-9]"),
        (Type.AGE, "89", "[AGE 80-89]"),
        (Type.AGE, "90", "[AGE 90+]"),
        (Type.AGE, "103", "[AGE 90+]"),
        (Type.POSTCODE, "11122", "[POSTCODE 11***]"),
        (Type.POSTCODE, "1234ab", "[POSTCODE 12***]"),
        (Type.POSTCODE, "SE-114 18", "[POSTCODE 11***]"),
        (Type.POSTCODE, "sw1a1aa", "[POSTCODE SW***]"),
        (Type.POSTCODE, "M1 1AE", "[POSTCODE M***]"),
        (Type.POSTCODE, "1", "[POSTCODE]"),
        (Type.IP_ADDRESS, "192.0.2.10", "[IP_ADDRESS 192.0.2.0/24]"),
        (Type.IP_ADDRESS, "2001:db8:1:2::1", "[IP_ADDRESS 2001:db8:1::/48]"),
        (Type.PHONE, "+46701740650", "[PHONE]"),
    ],
)
def test_a_value_is_made_general(kind: Type, value: str, label: str) -> None:
    assert said(Generalise(), value, kind=kind) == [label]


@given(st.sampled_from(Type), st.text(min_size=1, max_size=30))
def test_no_label_counts_as_something_left_over(kind: Type, value: str) -> None:
    for operator in (Pseudonym("en"), Generalise(), Hash()):
        label = said(operator, value, kind=kind)[0]
        assert residual(Conversation((Turn(About.CALLER, label),), "en")) == ()


def test_no_name_has_two_forms_within_one_language() -> None:
    for code in ("sv", "et", "ro", "nl", "en"):
        table = stand_ins(code)
        assert not set(table.female) & set(table.male)
        assert len(set(table.surnames)) == len(table.surnames) == 48
        assert len(table.female) == len(table.male) == 32
    assert form_of("andrea") in ("either", "female")


@pytest.mark.parametrize(
    ("language", "whole", "form"),
    [
        ("en", "Sarah Whitfield", "Sarah's"),
        ("en", "Sarah Whitfield", "s a r a h"),
        ("sv", "Anna Svensson", "Annas"),
        ("et", "Kadri Pihlakas", "Kadrile"),
        ("ro", "Andreea Ciucă", "Andreei"),
    ],
)
def test_a_form_of_a_name_has_the_pseudonym_of_the_name(language: str, whole: str, form: str) -> None:
    full, inflected = said(Pseudonym(language), whole, form)
    assert inflected == full.split(" ")[0] + " " + full.split(" ")[1] + "]"


@given(st.sampled_from(stand_ins("sv").female + stand_ins("sv").male), st.binary(min_size=32, max_size=32))
def test_nobody_stands_in_for_themselves(name: str, key: bytes) -> None:
    assert said(Pseudonym("sv"), name, key=key) != [f"[PERSON {name}]"]


@pytest.mark.parametrize(
    ("language", "whole", "other"),
    [
        ("sv", "Anders Andersson", "Anders Lind"),
        ("et", "Mari Tamm", "Marit Saar"),
        ("ro", "Maria Popa", "Mariana Dinu"),
    ],
)
def test_two_names_that_begin_alike_are_two(language: str, whole: str, other: str) -> None:
    alone = said(Pseudonym(language), whole)
    assert said(Pseudonym(language), whole, other)[0] == alone[0]
    assert said(Pseudonym(language), whole, other)[1] == said(Pseudonym(language), other)[0]


def test_no_name_of_a_call_stays_in_memory() -> None:
    said(Pseudonym("en"), "Zhyldyz Ormonova")
    assert "zhyldyz" not in _forms()
