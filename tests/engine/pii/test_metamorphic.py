"""What may change in a text without a structured finding being lost: capitals, marks, turns, how letters are coded."""

from __future__ import annotations

import re
import unicodedata

import pytest

from callward.engine.pii import About, Conversation, Turn, Type, detect

SAID = {
    "en": (
        ("agent", "Could you give me the card number, please?"),
        ("caller", "Yes, it's 4111 1111 1111 1111. It expires 11/29, and the code is 417."),
        ("agent", "And your national insurance number?"),
        ("caller", "QQ 12 34 56 C. My date of birth is 2 July 1993."),
        ("agent", "Which mobile can I reach you on?"),
        ("caller", "07700 900219, and my e-mail is jane.doe@example.co.uk."),
    ),
    "sv": (
        ("agent", "Vad har du för personnummer?"),
        ("caller", "Det är 19900101-2385, och jag är född den 1 januari 1990."),
        ("agent", "Vilket kortnummer gäller det?"),
        ("caller", "4242 4242 4242 4242, giltigt till 10/28, säkerhetskoden är 331."),
        ("agent", "Och numret vi når dig på?"),
        ("caller", "070-174 06 05 går bra. Mejlen är anna.svensson@example.com."),
    ),
    "nl": (
        ("agent", "Wat is uw burgerservicenummer?"),
        ("caller", "Mijn BSN is 111222333."),
        ("agent", "En uw IBAN?"),
        ("caller", "NL91 ABNA 0417 1643 00, en mijn mobiele nummer is 06 12345678."),
    ),
    "et": (
        ("agent", "Mis on teie isikukood?"),
        ("caller", "Minu isikukood on 50001029996."),
        ("agent", "Mis on kaardi number?"),
        ("caller", "5555 5555 5555 4444, kehtib kuni 09/27, kood on 208."),
    ),
    "ro": (
        ("agent", "Care este CNP-ul dumneavoastră?"),
        ("caller", "CNP-ul meu este 1800101400016."),
        ("agent", "Și numărul cardului?"),
        ("caller", "5555 5555 5555 4444, expiră în 09/27, codul CVV este 208."),
    ),
}
STRUCTURED = frozenset(Type) - {
    Type.PERSON, Type.ADDRESS, Type.CITY, Type.ORGANISATION, Type.HEALTH_CONDITION, Type.SPECIAL_CATEGORY, Type.AGE,
}  # fmt: skip
SPEAKERS = {"agent": About.AGENT, "caller": About.CALLER}


def values(code: str, turns: list[tuple[str, str]]) -> set[tuple[Type, str]]:
    """Return what was found, as type and the letters and digits of its value."""
    conversation = Conversation(tuple(Turn(SPEAKERS[who], text) for who, text in turns), code)
    found = detect(conversation, names=False)
    return {(one.type, re.sub(r"[\W_]", "", one.value.lower())) for one in found if one.type in STRUCTURED}


def unpunctuated(text: str) -> str:
    """Drop the marks that a recogniser does not write; those inside numbers and addresses stay."""
    return re.sub(r"[,.?!](?=\s|$)", "", text)


@pytest.mark.parametrize("code", sorted(SAID))
def test_lower_case_loses_no_structured_finding(code: str) -> None:
    turns = list(SAID[code])
    assert len(values(code, turns)) >= len([1 for who, _ in turns if who == "caller"])
    assert values(code, [(who, text.lower()) for who, text in turns]) >= values(code, turns)


@pytest.mark.parametrize("code", sorted(SAID))
def test_a_text_without_marks_loses_no_structured_finding(code: str) -> None:
    turns = list(SAID[code])
    assert values(code, [(who, unpunctuated(text)) for who, text in turns]) >= values(code, turns)


@pytest.mark.parametrize("code", sorted(SAID))
def test_a_turn_that_is_split_at_its_sentences_and_clauses_loses_no_structured_finding(code: str) -> None:
    turns = list(SAID[code])
    split = [(who, part) for who, text in turns for part in re.split(r"(?<=[.,?]) ", text)]
    assert len(split) > len(turns)
    assert values(code, split) >= values(code, turns)


@pytest.mark.parametrize("code", sorted(SAID))
@pytest.mark.parametrize("form", ["NFD", "NFKC"])
def test_the_form_of_its_letters_loses_no_structured_finding(code: str, form: str) -> None:
    turns = list(SAID[code])
    changed = [(who, unicodedata.normalize(form, text)) for who, text in turns]  # type: ignore[arg-type]  # a literal
    assert values(code, changed) == values(code, turns)


@pytest.mark.parametrize("before", ["😀 ", "👩‍👧 and 👍🏽 ", "e\u0301\u0301 ", "\u200b", "𝟗 ", "ş "])
def test_spans_count_code_points_behind_whatever_stands_before(before: str) -> None:
    text = f"{before}my card number is 4111 1111 1111 1111 😀 and mail me at jane@example.com"
    found = detect(Conversation((Turn(About.CALLER, text),), "en"), names=False)
    said = {text[span.start : span.end] for one in found for span in one.spans}
    assert {"4111 1111 1111 1111", "jane@example.com"} <= said
