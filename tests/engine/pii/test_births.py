"""A date of birth that is read back: by the other speaker, in words or in figures, without being named again."""

from __future__ import annotations

import pytest
from pii_calls import found, values

from callward.engine.pii import About, Conversation, Turn, Type, detect


@pytest.mark.parametrize(
    ("language", "asked", "answer", "again"),
    [
        ("ro", "data nașterii", "02.07.1993", "02.07.1993, am notat"),
        ("ro", "data nașterii", "doi iulie nouăzeci și trei", "doi iulie nouăzeci și trei am notat"),
        ("ro", "data nașterii", "douăzeci și trei zero șapte optzeci și unu", "deci douăzeci și trei iulie"),
        ("en", "what is your date of birth", "2 July 1993", "so that's 2 July 1993"),
        ("sv", "när är du född", "2 juli 1993", "den 2 juli 1993 alltså"),
        ("nl", "wat is uw geboortedatum", "2 juli 1993", "genoteerd, twee juli"),
        ("et", "mis on teie sünniaeg", "02.07.1993", "nii, 02.07.1993, aitäh"),
    ],
)
def test_a_date_of_birth_that_is_read_back_is_found_again(language: str, asked: str, answer: str, again: str) -> None:
    script = f"agent: {asked}\ncaller: {answer}\nagent: {again}"
    assert len(values(script, Type.DATE_OF_BIRTH, language)) == 2


def test_another_date_is_no_birth() -> None:
    script = """
        agent: data nașterii
        caller: 02.07.1993
        agent: Vă programez pe 03.07.2026, la ora nouă.
    """
    assert found(script, "ro") == [(Type.DATE_OF_BIRTH, "02.07.1993")]


@pytest.mark.parametrize(
    ("language", "said", "value"),
    [
        ("en", "i was born on the third of april nineteen eighty six", "1986-04-03"),
        ("en", "born on May the fifth two thousand and five", "2005-05-05"),
        ("sv", "jag är född tredje april nittonhundraåttiosex", "1986-04-03"),
        ("sv", "född den tolfte november sjuttioåtta", "1978-11-12"),
        ("nl", "ik ben geboren op drieëntwintig mei negentienvierenzeventig", "1974-05-23"),
        ("et", "sündinud viies mai tuhat üheksasada kaheksakümmend", "1980-05-05"),
        ("ro", "născut pe cinci mai o mie nouă sute șaptezeci și doi", "1972-05-05"),
    ],
)
def test_a_date_in_words_has_the_value_of_the_date_in_figures(language: str, said: str, value: str) -> None:
    found = detect(Conversation((Turn(About.CALLER, said),), language))
    assert [one.value for one in found if one.type is Type.DATE_OF_BIRTH] == [value]


@pytest.mark.parametrize("said", ["the 3rd of June 1944", "the third of June nineteen forty four"])
def test_the_article_before_a_day_belongs_to_the_date(said: str) -> None:
    call = Conversation((Turn(About.CALLER, f"I was born on {said}."),), "en")
    (born,) = (one for one in detect(call) if one.type is Type.DATE_OF_BIRTH)
    (span,) = born.spans
    assert call.turns[0].text[span.start : span.end] == said


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("zero four one five one nine eight nine", "1989-04-15"),
        ("zero four fifteen nineteen eighty nine", "1989-04-15"),
        ("04151989", "1989-04-15"),
        ("zero four one five eight nine", "1989-04-15"),
        ("one five zero four one nine eight nine", "1989-04-15"),
        ("zero four zero five one nine eight nine", "1989-05-04"),
    ],
)
def test_a_birth_date_in_digits_may_have_its_month_first(said: str, value: str) -> None:
    found = detect(Conversation((Turn(About.CALLER, f"My date of birth is {said}."),), "en", ("US",)))
    assert [(one.type, one.value) for one in found] == [(Type.DATE_OF_BIRTH, value)]
