"""A date of birth that is read back: by the other speaker, in words or in figures, without being named again."""

from __future__ import annotations

import pytest
from pii_calls import found, values

from callward.engine.pii import Type


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
