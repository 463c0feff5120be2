"""Convictions and offences of somebody are covered (GDPR Art. 10); what only sounds like the law is not."""

from __future__ import annotations

import pytest

from callward.engine.pii import About, Category, Conversation, Turn, Type, call_classes, category, detect, term
from callward.engine.pii.lexicon.terms.convictions import CONVICTIONS
from callward.engine.pii.lexicon.terms.table import LANGUAGES

SPEAKERS = {"a": About.AGENT, "c": About.CALLER}


def conversation(code: str, *turns: str) -> Conversation:
    return Conversation(tuple(Turn(SPEAKERS[turn[0]], turn[2:]) for turn in turns), code)


def covered(code: str, *turns: str) -> list[str]:
    call = conversation(code, *turns)
    found = [one for one in detect(call, names=False) if one.type is Type.CONVICTION]
    return [call.turns[span.turn].text[span.start : span.end] for one in found for span in one.spans]


@pytest.mark.parametrize(
    ("code", "said", "phrase"),
    [
        ("en", "I've got a criminal record from years ago.", "criminal record"),
        ("en", "I was convicted of fraud in twenty twelve", "was convicted of fraud"),
        ("en", "he was charged with assault", "charged with assault"),
        ("en", "my son is in prison at the moment", "in prison"),
        ("sv", "jag blev dömd för misshandel", "blev dömd för misshandel"),
        ("sv", "min bror sitter i fängelse", "i fängelse"),
        ("sv", "han har fotboja nu", "fotboja"),
        ("et", "mind mõisteti süüdi aastaid tagasi", "mõisteti süüdi"),
        ("et", "olen karistatud varguse eest", "karistatud varguse eest"),
        ("et", "ta on kriminaalhooldusel", "kriminaalhooldusel"),
        ("ro", "a fost condamnat pentru înșelăciune", "fost condamnat pentru înșelăciune"),
        ("ro", "soțul e la închisoare", "la închisoare"),
        ("ro", "sunt cercetat penal", "cercetat penal"),
        ("nl", "Ik heb een strafblad.", "strafblad"),
        ("nl", "ik ben veroordeeld voor mishandeling", "ben veroordeeld voor mishandeling"),
        ("nl", "hij loopt met een enkelband", "enkelband"),
    ],
)
def test_what_tells_of_a_conviction_is_covered(code: str, said: str, phrase: str) -> None:
    assert covered(code, f"c:{said}") == [phrase]
    assert covered(code, f"c:{said.lower().rstrip('.')}") == [phrase.lower()]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "The last sentence of your letter is wrong."), ("en", "I booked the tennis court for six."),
        ("en", "That's fine, and the parking fine is paid."),
        ("en", "I was charged with a late fee, and charged twice."),
        ("en", "I'm on probation at my new job"), ("en", "we were burgled and I reported the theft"),
        ("en", "I've custody of the children"), ("sv", "sista meningen i brevet"),
        ("sv", "parkeringsböter på 800 kronor"),
        ("sv", "jag är dömd att vänta i kön"), ("sv", "jag vill anmäla en stöld"),
        ("sv", "ett utdrag ur belastningsregistret till jobbet"), ("et", "arvuti on süüdi, mitte mina"),
        ("et", "viimane lause kirjas"), ("et", "minult varastati ratas, teatasin vargusest"),
        ("ro", "sunt condamnat la așteptare"), ("ro", "am nevoie de un certificat de cazier"), ("ro", "curtea casei"),
        ("ro", "serviciul e cu suspendare de luni"), ("nl", "de laatste zin van de brief"),
        ("nl", "ik heb vastgezeten in de lift"), ("nl", "ik kreeg een verdacht mailtje"),
        ("nl", "de tennisbaan is bezet"),
    ],
)  # fmt: skip
def test_what_only_sounds_like_the_law_is_left_alone(code: str, said: str) -> None:
    assert covered(code, f"c:{said}") == []


def test_a_question_that_is_denied_tells_of_nobody() -> None:
    question = "a:Have you any unspent convictions?"
    assert covered("en", question, "c:No, none.") == []
    assert covered("en", question, "c:Yes, one.") == ["unspent convictions"]


def test_a_conviction_has_a_class_and_a_term_of_its_own() -> None:
    call = conversation("en", "c:he is in prison for theft, and I have a criminal record too")
    assert category(Type.CONVICTION) is Category.CRIMINAL
    assert call_classes(call, detect(call, names=False))[Category.CRIMINAL] == 2
    assert (term(Type.CONVICTION).dpv, term(Type.CONVICTION).law) == ("pd:CriminalConviction", "Art. 10")


def test_every_covered_language_has_phrases() -> None:
    assert set(CONVICTIONS) == set(LANGUAGES)
