"""Turns made to confuse: several numbers beside each other, breaking off, beginning anew, both orders.

A turn is written with its findings marked: ``<card 4111 ...>``. Turns of a call are parted by a slash.
"""

from __future__ import annotations

import re

import pytest
from pii_calls import call

from callward.engine.pii import Type, detect

_KINDS = {
    "card": Type.PAYMENT_CARD, "code": Type.CARD_CVV, "date": Type.CARD_EXPIRY, "iban": Type.IBAN,
    "id": Type.NATIONAL_ID, "health": Type.HEALTH_ID, "phone": Type.PHONE, "bank": Type.BANK_ACCOUNT,
}  # fmt: skip
_MARK = re.compile(r"<(\w+) ([^>]*)>")
TURNS = {
    "en": """
    agent: card number please / caller: <card four one one um one one one one sorry one one one one one one one one one>
    caller: <card four one one um one one one one no four one one one one one one one one one one one one one one one>
    caller: <card four one one one one one one um four one one one one one one one one one one one one one one one>
    card number <card 4242 4242 um 4242 4242>, expires <date 09/28> and the code is <code 123>
    card number <card 4242 4242 um 4242 4242>, the code is <code 123> and it expires <date 09/28>
    cvv <code 123> expiry <date 0928> card <card 4242 4242 4242 4242>
    card <card 4242 4242 4242 4242> <phone 020 7946 0123>
    order 4242 4242 for the card <card 4111 1111 1111 1111>
    IBAN <iban GB82 WEST 1234 5698 7654 32>, 1500
    agent: the iban / caller: <iban GB82 WEST 1234> / agent: yes / caller: <iban 5698 7654 32> / caller: it is 1500 then
    IBAN <iban GB82 WEST 1234 5698 7654 32>, <phone 020 7946 0123>
    card <card 4111 1111 1111 1111> sort code <bank 12 34 56>
    agent: card number please /
        caller: <card four two four two four two four two four two four two four two four two> am i done
    nhs number <health 943 476 5919> and national insurance <id QQ 12 34 56 C>
    agent: the long number /
        caller: <card 4242> /
        agent: <card 4242> /
        caller: <card 4242> /
        agent: mm /
        caller: <card 4243 sorry 4242> /
        agent: yes /
        caller: <card 4242> expiry <date 11 27> cvv <code 999>
    card number <card 4242 4242 4242 42 sorry 4242 4242 4242 4242>
    """,
    "sv": """
    agent: kortnummer tack / caller: <card fyra ett ett eh ett ett ett ett förlåt ett ett ett ett ett ett ett ett ett>
    caller: <card fyra ett ett eh fyra ett ett ett ett ett ett ett ett ett ett ett ett ett ett ett>
    caller: <card fyrtiotvå fyrtiotvå eh fyrtiotvå fyrtiotvå fyrtiotvå fyrtiotvå fyrtiotvå fyrtiotvå> är kortnumret
    mitt kort är <card 4242 4242 eh 4242 4242>, cvc <code 123>, går ut <date 09/28>
    mitt kort är <card 4242 4242 4242 4242>, utgång <date 0928>, cvc <code 123>
    cvc <code 123> giltigt till <date 09/28> kortnummer <card 4242 4242 4242 4242>
    kort <card 4242 4242 4242 4242> <phone 070-174 06 05>
    ordernummer 12345678 kortnummer <card 4111 1111 1111 1111>
    iban <iban SE45 5000 0000 0583 9825 7466> belopp 1500
    personnummer <id 19811218-9876> och telefon <phone 070-174 06 05>
    agent: kortnummer / caller: <card 4242 4242> / agent: <card 4242 4242> / caller: <card 4242 4243 nej 4242>
    """,
    "et": """
    agent: kaardi number palun /
        caller: <card neli üks üks ee üks üks üks üks vabandust üks üks üks üks üks üks üks üks üks>
    caller: <card neli üks üks ee neli üks üks üks üks üks üks üks üks üks üks üks üks üks üks üks>
    kaardi number <card 4242 4242 ee 4242 4242>, turvakood <code 123>, kehtib kuni <date 09/28>
    kaardi number <card 4242 4242 ee 4242 4242>, aegub <date 09/28>, turvakood <code 123>
    turvakood <code 123> kehtib kuni <date 0928> kaardi number <card 4242 4242 4242 4242>
    kaardi number <card 4242 4242 4242 4242> telefon <phone 5512 3456>
    tellimus 12345678 kaardi number <card 4111 1111 1111 1111>
    kaardi number <card 4111 1111 1111 1111> tellimus 12345678
    iban <iban EE38 2200 2210 2014 5685>, 1500
    isikukood <id 37605030299> ja telefon <phone 5512 3456>
    agent: kaardi number / caller: <card 4242 4242> / agent: <card 4242 4242> / caller: <card 4242 4243 ei 4242>
    """,
    "nl": """
    agent: kaartnummer graag / caller: <card vier een een eh een een een een sorry een een een een een een een een een>
    caller: <card vier een een eh vier een een een een een een een een een een een een een een een>
    kaartnummer <card 4242 4242 eh 4242 4242>, cvc <code 123>, geldig tot <date 09/28>
    kaartnummer <card 4242 4242 eh 4242 4242>, vervaldatum <date 0928>, cvc <code 123>
    cvc <code 123> geldig tot <date 0928> kaartnummer <card 4242 4242 4242 4242>
    kaartnummer <card 4242 4242 4242 4242> <phone 06 12345678>
    bestelnummer 12345678 kaartnummer <card 4111 1111 1111 1111>
    kaartnummer <card 4111 1111 1111 1111> bestelnummer 12345678
    iban <iban NL91 ABNA 0417 1643 00>, 1500
    bsn <id 111222333> en telefoon <phone 06 12345678>
    agent: kaartnummer / caller: <card 4242 4242> / agent: <card 4242 4242> / caller: <card 4242 4243 nee 4242>
    """,
    "ro": """
    agent: numărul cardului / caller: <card patru unu unu ăă unu unu unu unu scuze unu unu unu unu unu unu unu unu unu>
    caller: <card patru unu unu ăă patru unu unu unu unu unu unu unu unu unu unu unu unu unu unu unu>
    numărul cardului <card 4242 4242 ăă 4242 4242>, cod de securitate <code 123>, expiră <date 09/28>
    numărul cardului <card 4242 4242 ăă 4242 4242>, expiră <date 0928>, cod de securitate <code 123>
    cvv <code 123> expiră <date 0928> numărul cardului <card 4242 4242 4242 4242>
    numărul cardului <card 4242 4242 4242 4242> <phone 0712 345 678>
    comanda 12345678 numărul cardului <card 4111 1111 1111 1111>
    numărul cardului <card 4111 1111 1111 1111> comanda 12345678
    iban <iban RO49 AAAA 1B31 0075 9384 0000>, 1500
    cnp <id 1800101221144> și telefon <phone 0712 345 678>
    agent: numărul cardului / caller: <card 4242 4242> / agent: <card 4242 4242> / caller: <card 4242 4243 nu 4242>
    """,
}
CASES = [
    (language, line.strip())
    for language, lines in TURNS.items()
    for line in re.sub(r" /\s+", " / ", lines).strip().splitlines()
]


@pytest.mark.parametrize(("language", "marked"), CASES)
def test_confusing_turns_are_found_as_marked_and_nothing_else(language: str, marked: str) -> None:
    turns = marked.split(" / ")
    wanted = [(number, kind, text) for number, turn in enumerate(turns) for kind, text in _MARK.findall(turn)]
    conversation = call("\n".join(_MARK.sub(r"\2", turn) for turn in turns), language)
    found = sorted((span, one.type) for one in detect(conversation) for span in one.spans)
    assert [(span.turn, kind, conversation.turns[span.turn].text[span.start : span.end]) for span, kind in found] == [
        (number, _KINDS[kind], text) for number, kind, text in wanted
    ]
