"""Firms, schools and clinics are known by what stands beside their name: a legal form, the word for what they are."""

from __future__ import annotations

import pytest

from callward.engine.pii import About, Conversation, Turn, Type, detect

GREETING = {
    "en": "Good morning.",
    "sv": "God morgon.",
    "et": "Tere hommikust.",
    "ro": "Bună ziua.",
    "nl": "Goedemorgen.",
}


def covered(code: str, said: str, speaker: About = About.CALLER) -> str:
    """Return what is taken for an organisation; the model of names may have parted it."""
    turns = (Turn(About.AGENT, GREETING[code]), Turn(speaker, said))
    spans = [span for one in detect(Conversation(turns, code)) if one.type is Type.ORGANISATION for span in one.spans]
    return " | ".join(said[span.start : span.end] for span in spans if span.turn == 1)


@pytest.mark.parametrize(
    ("code", "said", "firm"),
    [
        ("en", "I've been at Garrick plc for six years.", "Garrick plc"),
        ("en", "My firm Ellery & Moss LLP pays the bill.", "Ellery & Moss LLP"),
        ("en", "I go to St Aidan's Church on Sundays.", "St Aidan's Church"),
        ("sv", "Hon är anställd hos Nordviks Frukt och Grönt AB.", "Nordviks Frukt och Grönt AB"),
        ("et", "Arve tuleb AS Lainemurd nimele.", "AS Lainemurd"),
        ("et", "Tütar käib Pärnaõie lasteaias.", "Pärnaõie lasteaias"),
        ("ro", "Sun din partea Asociației Lăstunul.", "Asociației Lăstunul"),
        ("nl", "Mijn zoon zit op basisschool De Wilgenhoek.", "basisschool De Wilgenhoek"),
    ],
)
def test_a_firm_is_known_by_what_stands_beside_its_name(code: str, said: str, firm: str) -> None:
    assert covered(code, said) == firm


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "My limited edition is scratched. Which School is that?"),
        ("sv", "Jag har blodgrupp AB, 12 KB är kvar."),
        ("et", "Meie koolis on pidu, minu kool on kinni."), ("ro", "Spitalul este închis."),
        ("nl", "Ik ga naar de basisschool. De bel gaat."),
    ],
)  # fmt: skip
def test_a_legal_form_or_a_school_without_a_name_is_nobodys(code: str, said: str) -> None:
    assert covered(code, said) == ""


def test_what_the_agent_is_called_is_the_operators() -> None:
    assert covered("en", "You owe Harbour Telecom plc nothing.", About.AGENT) == ""
