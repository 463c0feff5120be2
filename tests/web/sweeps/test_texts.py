"""Cards in what is written beside a call: in one string, over several, behind their names; and what only looks so."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest

from callward.engine import pii
from callward.plan import PAYMENT, Rules
from callward.web.calls.models import Item
from callward.web.sweeps import texts, words, written

RULES = Rules("en", ("SE", "GB"), dict(pii.DEFAULT_OPERATORS))
CARD = "4111111111111111"


def _searched(data: str, mediatype: str, types: frozenset[pii.Type] = PAYMENT) -> str:
    item = cast("Item", SimpleNamespace(id=uuid4(), kind="form.original", mediatype=mediatype))
    wanted = written.Wanted(types, RULES, "en")
    return texts.rewrite(item, data.encode(), lambda told: written.search(told, wanted)).data.decode()


def _json(value: object) -> Any:
    return json.loads(_searched(json.dumps(value), "application/json"))


def _digits(value: object) -> str:
    """The digits that are left, without the last four that a label shows."""
    return "".join(sign for sign in json.dumps(value).replace("****1111", "") if sign.isdigit())


def _spread(pieces: list[str]) -> list[object]:
    timed = [{"id": n, "start": n * 0.5, "text": piece} for n, piece in enumerate(pieces)]
    return [
        {"segments": timed},
        {"vcon": "0.0.1", "dialog": [{"type": "text", "mediatype": "text/plain", "body": piece} for piece in pieces]},
        {f"note {chr(97 + n)}": piece for n, piece in enumerate(pieces)},
        pieces,
    ]


@pytest.mark.parametrize("sizes", [(8, 8), (4, 12), (4, 4, 4, 4), (10, 6)])
def test_a_card_that_stands_over_several_strings_goes_from_each_of_them(sizes: tuple[int, ...]) -> None:
    ends = [sum(sizes[: n + 1]) for n in range(len(sizes))]
    pieces = [CARD[end - size : end] for size, end in zip(sizes, ends, strict=True)]
    for document in _spread([f"It is {pieces[0]}", *pieces[1:-1], f"{pieces[-1]}, thank you."]):
        clean = json.dumps(_json(document))
        assert all(f'"{piece}' not in clean and f" {piece}" not in clean for piece in pieces), clean
        assert "It is [PAYMENT_CARD]" in clean
        assert "thank you." in clean


@pytest.mark.parametrize("place", range(1, 16))
def test_a_card_that_is_parted_anywhere_goes_whole_from_a_form(place: int) -> None:
    document = {"first": CARD[:place], "second": CARD[place:]}
    assert not _digits(_json(document))


@pytest.mark.parametrize(
    "signs", [list(CARD), [int(sign) for sign in CARD], ["four", *["one"] * 15]], ids=["text", "numbers", "words"]
)
def test_a_card_whose_digits_stand_alone_goes(signs: list[object]) -> None:
    timed = [{"word": sign, "start": n * 0.3} for n, sign in enumerate(["it", "is", *signs, "ok"])]
    for left in (_json(signs), [one["word"] for one in _json({"words": timed})["words"]][2:-1]):
        assert not [word for word in left if "PAYMENT_CARD" not in str(word)]
    assert [one["start"] for one in _json({"words": timed})["words"]] == [one["start"] for one in timed]


def test_a_plain_text_loses_a_card_with_one_digit_a_line() -> None:
    assert _searched("Paid:\n" + "\n".join(CARD) + "\nok", "text/plain") == "Paid:\n[PAYMENT_CARD ****1111]\nok"


def test_the_name_of_a_field_says_what_stands_in_it() -> None:
    asked = {"cardNumber": CARD, "card_expiry": "12/28", "cvv": "123", "security code": 321, "visits": 3}
    assert _json(asked) == {
        "cardNumber": "[PAYMENT_CARD ****1111]",
        "card_expiry": "[CARD_EXPIRY]",
        "cvv": "[CARD_CVV]",
        "security code": "[CARD_CVV]",
        "visits": 3,
    }


def test_numbers_that_mean_other_things_stay() -> None:
    document = {
        "tokens": [411111, 11111, 11111],
        "segments": [{"start": 41111111, "end": 11111111}, {"start": 0.4111111111111111, "end": 12.5}],
        "order": 1763787600000,
        "parties": [{"tel": "+46701740605"}, {"tel": "+46850550000"}],
        "uuid": "0f6c1a0e-6f0e-4c6a-9d1e-2f5d3c1b7a90",
        "paid": True,
        "by": None,
    }
    assert _json(document) == document


def test_a_released_note_loses_what_its_line_masks() -> None:
    types = PAYMENT | RULES.operators.keys()
    kept = _searched("Born 4 May 1988, phone 020 7946 0123.\nCalls back.", "text/plain", types)
    assert kept == "Born [DATE_OF_BIRTH], phone [PHONE].\nCalls back."
    assert _searched(kept, "text/plain", types) == kept, "what is masked stays as it is"


@pytest.mark.parametrize("label", ["[PASSWORD]", "[PASSWORD ****ll7]", "[PASSWORD a1b2c3a1b2c3]"])
def test_where_a_secret_is_masked_no_other_word_is_taken_for_it(label: str) -> None:
    talk = pii.Conversation(
        (
            pii.Turn(pii.About.AGENT, "Ilus ütlus. Kas parool on meeles?"),
            pii.Turn(pii.About.CALLER, f"See on mul paberil. {label}, suure tähega."),
        ),
        "et",
        ("EE",),
    )
    types = frozenset({pii.Type.PASSWORD})
    assert words.find(words.bare_talk(talk), types, RULES) == ((), ())
    assert words.find(words.bare_talk(talk), types | RULES.operators.keys(), RULES) == ((), ())
    whole = replace(talk, turns=(talk.turns[0], replace(talk.turns[1], text="See on mul paberil. Sinilill7.")))
    [found] = words.find(words.bare_talk(whole), types, RULES)[0]
    assert found.type is pii.Type.PASSWORD


@pytest.mark.parametrize(
    ("data", "mediatype", "code"),
    [
        ("{", "application/json", "text_unreadable"),
        ('{"a": 1, "a": 2}', "application/json", "text_unreadable"),
        ("[" * 100 + "]" * 100, "application/json", "text_unreadable"),
        ("[" * 100_000, "application/json", "text_unreadable"),
        ('"\\ud800"', "application/json", "text_unreadable"),
        (f'"{"QUJD" * 2000}"', "application/json", "text_coded"),
        ("x", "image/png", "text_kind_unknown"),
    ],
)
def test_a_text_that_cannot_be_searched_is_refused(data: str, mediatype: str, code: str) -> None:
    with pytest.raises(texts.TextError) as refused:
        _searched(data, mediatype)
    assert refused.value.code == code
