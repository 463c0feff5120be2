"""Which language a call is in: what is said of it, and what the words themselves say."""

from __future__ import annotations

import pytest

from callward.engine.pii import About, Conversation, Turn, Type, detect, uncovered
from callward.engine.pii.tongue import heard, settled, spoken_in

SWEDISH = ("hej jag undrar om ni kan hjälpa mig med min faktura", "ja det kan jag göra vad är det som är fel")
ENGLISH = ("hello i would like to ask about the bill that you have sent me", "yes of course what is it about")
ESTONIAN = ("tere ma tahaksin teada kas mu arve on juba makstud", "jah oodake ma vaatan kohe järele mis teie nimi on")
RUSSIAN = ("здравствуйте я хочу узнать про мой счет", "я не понимаю по-эстонски извините")
HUNGARIAN = ("jó napot kívánok szeretném tudni hogy miért ilyen magas a számlám", "nem tudom hogy mit kell tennem most")


def call(*texts: str, language: str | None = None) -> Conversation:
    speakers = (About.AGENT, About.CALLER)
    return Conversation(tuple(Turn(speakers[n % 2], text) for n, text in enumerate(texts)), language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (SWEDISH[0], "sv"), (ENGLISH[0], "en"), (ESTONIAN[0], "et"), (RUSSIAN[0], "ru"), (HUNGARIAN[0], "hu"),
        ("bună ziua aș vrea să știu dacă ați primit plata mea", "ro"),
        ("goedemiddag ik wil graag weten of u mijn betaling hebt gekregen", "nl"),
        ("hei minulla on kysymys kun lasku ei ole vielä tullut", "fi"),
        ("guten tag ich möchte wissen ob sie mein geld bekommen haben", "de"),
        ("dzień dobry chciałbym zapłacić rachunek ale nie wiem jak", "pl"),
        ("zdravstvuite menja zovut ivan ja hochu pomenjat dogovor", "ru"),
        ("skazhite pozhaluista kogda budet tehnik u menja ne rabotaet internet", "ru"),
        ("вітаю я хочу дізнатися про свій рахунок", "uk"),
        ("مرحبا أريد أن أسأل عن الفاتورة", "ar"),
        ("four one one one", None), ("ok", None), ("", None),
    ],
)  # fmt: skip
def test_a_language_is_heard_by_its_script_or_its_frequent_words(text: str, language: str | None) -> None:
    assert heard(text) == language


def test_the_language_given_stands_where_nothing_contradicts_it() -> None:
    assert settled(call("ja", "fyra ett ett ett", language="sv")).language == "sv"
    assert settled(call(*SWEDISH, language="sv")).language == "sv"


def test_a_language_that_nearly_every_turn_contradicts_gives_way() -> None:
    assert settled(call(*SWEDISH, *SWEDISH, language="en")).language == "sv"


def test_a_language_that_nobody_gave_is_heard() -> None:
    assert settled(call(*ESTONIAN)).language == "et"
    assert settled(call("ok", "4111")).language is None


RUSSIAN_IN_LATIN = (
    "zdravstvuite ja hochu uznat pochemu u menja ne rabotaet internet",
    "horosho spasibo kogda eto budet",
)


@pytest.mark.parametrize(("language", "texts"), [("et", RUSSIAN), ("et", RUSSIAN_IN_LATIN), ("ro", HUNGARIAN)])
def test_turns_in_an_uncovered_language_are_named(language: str, texts: tuple[str, str]) -> None:
    covered = {"et": ESTONIAN, "ro": ("bună ziua cu ce vă pot ajuta astăzi", "vă rog să așteptați un moment")}[language]
    assert uncovered(call(covered[0], texts[0], covered[1], texts[1], language=language)) == (1, 3)


def test_a_whole_call_declared_to_be_in_an_uncovered_language_is_named() -> None:
    assert uncovered(call(*RUSSIAN, language="ru")) == (0, 1)
    assert uncovered(call(*HUNGARIAN, language="hu-HU")) == (0, 1)


@pytest.mark.parametrize("texts", [SWEDISH, ENGLISH, ESTONIAN])
def test_a_covered_call_names_no_turn(texts: tuple[str, str]) -> None:
    assert uncovered(call(*texts)) == ()


def test_a_few_foreign_words_are_no_stretch() -> None:
    assert uncovered(call(ESTONIAN[0], "спасибо", language="et")) == ()


def test_a_short_turn_goes_on_in_the_language_its_speaker_spoke_last() -> None:
    _, away = spoken_in(call(*ESTONIAN, ESTONIAN[0], RUSSIAN[0], ESTONIAN[1], "4 1 1", language="et"))
    assert away == {3: "ru", 5: "ru"}


def test_numbers_are_found_in_an_uncovered_language() -> None:
    found = detect(call(ESTONIAN[0], "моя карта 4111 1111 1111 1111", language="et"))
    assert [one.value for one in found if one.type is Type.PAYMENT_CARD] == ["4111111111111111"]


def test_a_turn_in_another_covered_language_is_searched_with_its_own_words() -> None:
    spoken = "my card number is four two four two four two four two four two four two four two four two thank you"
    found = detect(call(*SWEDISH, SWEDISH[1], spoken, language="sv"))
    assert [(one.type, one.value) for one in found] == [(Type.PAYMENT_CARD, "4242424242424242")]
