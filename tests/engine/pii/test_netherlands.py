"""Dutch identifiers and how they are said: valid ones, wrong check digits, wrong context, look-alikes."""

from __future__ import annotations

import pytest
from pii_calls import found, values

from callward.engine.pii import Type
from callward.engine.pii.lexicon import language
from callward.engine.pii.lexicon.terms import terms

MODELLED = {Type.PERSON, Type.ADDRESS, Type.CITY, Type.ORGANISATION}
"""What the names model finds, and its own tests hold."""


def numbers(script: str) -> list[tuple[Type, str]]:
    """Return what is found but for names and places."""
    return [(kind, text) for kind, text in found(script, "nl") if kind not in MODELLED]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("85.07.30-033.28", Type.NATIONAL_ID),
        ("00.01.25-567.77", Type.NATIONAL_ID),
        ("NL000099998B57", Type.TAX_ID),
        ("NL 0000.99.998.B57", Type.TAX_ID),
        ("BE 0403.019.261", Type.TAX_ID),
        ("1234 AB", Type.POSTCODE),
        ("1234AB", Type.POSTCODE),
        ("KK-44-KK", Type.VEHICLE_PLATE),
        ("4-KKK-44", Type.VEHICLE_PLATE),
        ("KK-444-K", Type.VEHICLE_PLATE),
        ("06 12345678", Type.PHONE),
        ("06-12 34 56 78", Type.PHONE),
        ("+31 10 123 4567", Type.PHONE),
        ("0612345678", Type.PHONE),
        ("NL91 ABNA 0417 1643 00", Type.IBAN),
    ],
)
def test_a_dutch_identifier_is_found_by_its_shape_alone(text: str, kind: Type) -> None:
    assert (kind, text) in found(f"er staat {text} op", "nl")


@pytest.mark.parametrize(
    ("script", "kind", "value"),
    [
        ("mijn bsn is 111222333", Type.NATIONAL_ID, "111222333"),
        ("mijn BSN is 111.222.333", Type.NATIONAL_ID, "111222333"),
        ("burgerservicenummer 1234 56 782", Type.NATIONAL_ID, "123456782"),
        ("het sofinummer is 12 34 56 78 2", Type.NATIONAL_ID, "123456782"),
        ("mijn bsn is 123456789", Type.NATIONAL_ID, "123456789"),
        ("mijn rijksregisternummer is 85073003328", Type.NATIONAL_ID, "85073003328"),
        ("mijn rijksregisternummer is 85.07.30-033.29", Type.NATIONAL_ID, "85073003329"),
        ("mijn v-nummer is 2801234567", Type.NATIONAL_ID, "2801234567"),
        ("paspoortnummer SPECI2014", Type.PASSPORT, "speci2014"),
        ("mijn paspoort is NW 2B4K8L1", Type.PASSPORT, "nw2b4k8l1"),
        ("de identiteitskaart heeft nummer SPECI2021", Type.PASSPORT, "speci2021"),
        ("mijn identiteitskaart is 592-1234567-32", Type.PASSPORT, "592123456732"),
        ("rijbewijsnummer 3000000000", Type.DRIVING_LICENCE, "3000000000"),
        ("mijn rijbewijs, dat is 30 00 00 00 00", Type.DRIVING_LICENCE, "3000000000"),
        ("ons kvk-nummer is 12345678", Type.TAX_ID, "12345678"),
        ("ingeschreven bij de Kamer van Koophandel onder 12 34 56 78", Type.TAX_ID, "12345678"),
        ("het btw-nummer is NL000099998B57", Type.TAX_ID, "nl000099998b57"),
        ("mijn RSIN is 123456782", Type.TAX_ID, "123456782"),
        ("ons ondernemingsnummer is 0403.019.261", Type.TAX_ID, "0403019261"),
        ("het kenteken is KK-44-KK", Type.VEHICLE_PLATE, "kk44kk"),
        ("het kenteken is 4KKK44", Type.VEHICLE_PLATE, "4kkk44"),
        ("mijn auto, KK 444 K, staat daar", Type.VEHICLE_PLATE, "kk444k"),
        ("mijn nummerplaat is 1-ABC-123", Type.VEHICLE_PLATE, "1abc123"),
        ("mijn polisnummer is 1234567890", Type.ACCOUNT_NUMBER, "1234567890"),
        ("het nummer van mijn zorgpas is 1234567890", Type.HEALTH_ID, "1234567890"),
        ("mijn oude rekening is 12.34.56.789", Type.BANK_ACCOUNT, "123456789"),
        ("rekeningnummer 123456789", Type.BANK_ACCOUNT, "123456789"),
        ("mijn ov-chipkaart is 3528 0123 4567 8901", Type.ACCOUNT_NUMBER, "3528012345678901"),
        ("mijn postcode is 9000", Type.POSTCODE, "9000"),
        ("bij deze bestelling hoort 06 12345678", Type.PHONE, "+31612345678"),
        ("stuur de factuur met btw-id NL000099998B57", Type.TAX_ID, "nl000099998b57"),
        ("dat is Dorpsstraat 12, 1234 EN Ons Dorp", Type.POSTCODE, "1234en"),
    ],
)
def test_a_dutch_number_is_found_where_it_is_named(script: str, kind: Type, value: str) -> None:
    assert value in [one.lower() for one in values(script, kind, "nl")]


@pytest.mark.parametrize(
    ("script", "kind", "text"),
    [
        ("mijn klantnummer is 480012", Type.ACCOUNT_NUMBER, "480012"),
        ("het contractnummer is C-77120", Type.ACCOUNT_NUMBER, "C-77120"),
        ("relatienummer 4410-2231", Type.ACCOUNT_NUMBER, "4410-2231"),
        ("de ean-code is 871687940001234567", Type.ACCOUNT_NUMBER, "871687940001234567"),
        ("mijn lidnummer is 9012553", Type.ACCOUNT_NUMBER, "9012553"),
        ("mijn bonuskaart is 2620 1234 5678", Type.ACCOUNT_NUMBER, "2620 1234 5678"),
        ("het patiëntnummer is 7733120", Type.HEALTH_ID, "7733120"),
        ("mijn verwijzing heeft nummer RV-4401", Type.HEALTH_ID, "RV-4401"),
        ("de deurcode is 4417", Type.PASSWORD, "4417"),
        ("de verificatiecode is 882201", Type.PASSWORD, "882201"),
        ("mijn pincode is 4417", Type.PASSWORD, "4417"),
    ],
)
def test_what_a_dutch_word_announces_is_found_whatever_its_shape(script: str, kind: Type, text: str) -> None:
    assert (kind, text) in found(script, "nl")


@pytest.mark.parametrize(
    "text",
    [
        "het bestelnummer is 111222333",
        "de melding heeft nummer 1234567890",
        "uw zaaknummer is 85073003328",
        "het betalingskenmerk is 1000 0000 0000 0000",
        "ordernummer KK-44-KK",
        "het pakket met nummer 3000000000",
        "factuur 12345678 van 3 maart",
        "dat kost 1250 euro inclusief btw",
        "de meterstand is 18422",
        "er zit 1500 kg in",
        "in 2024 en 2025 was het anders",
        "om 12 uur 30 bent u aan de beurt",
        "wij waren met 2500 te veel",
        "vlucht KL 1234 vertrekt om 10.45",
        "het is versie 3.12.4",
        "twee van de drie dozen zijn er",
        "kies een voor storingen en twee voor facturen",
        "een contract van twee jaar",
        "bel bij brand 112",
        "ik heb het drie keer gezegd",
        "ik ben al twintig jaar klant",
    ],
)
def test_ordinary_dutch_numbers_are_left_alone(text: str) -> None:
    assert numbers(text) == []


@pytest.mark.parametrize("text", ["111222333", "3000000000", "12345678", "123456782", "2801234567", "592-1234567-32"])
def test_a_number_that_only_a_word_can_tell_needs_the_word(text: str) -> None:
    assert numbers(f"er staat {text} op") == []


@pytest.mark.parametrize(
    ("script", "kind", "value"),
    [
        ("mijn BSN is een een een twee twee twee drie drie drie", Type.NATIONAL_ID, "111222333"),
        ("bsn honderdelf tweehonderdtweeëntwintig driehonderddrieëndertig", Type.NATIONAL_ID, "111222333"),
        ("bsn twaalf vierendertig zesenvijftig achtenzeventig twee", Type.NATIONAL_ID, "123456782"),
        ("nul zes twaalf vierendertig zesenvijftig achtenzeventig", Type.PHONE, "+31612345678"),
        ("bel maar nul tien honderddrieëntwintig vijfenveertig zevenenzestig", Type.PHONE, "+31101234567"),
        ("kaartnummer vier drie enen vier enen vier enen vier enen", Type.PAYMENT_CARD, "4111111111111111"),
        ("j punt de vries apenstaartje example punt nl", Type.EMAIL, "j.devries@example.nl"),
        ("mijn postcode is twaalf vierendertig anton bernard", Type.POSTCODE, "1234ab"),
        ("postcode twaalf vierendertig de a van anton de b van bernard", Type.POSTCODE, "1234ab"),
        ("postcode een twee drie vier aa bee", Type.POSTCODE, "1234ab"),
        ("postcode negenduizend", Type.POSTCODE, "9000"),
        ("kenteken kaa kaa vier vier vier kaa", Type.VEHICLE_PLATE, "kk444k"),
        ("het kenteken is vier karel karel karel vierenveertig", Type.VEHICLE_PLATE, "4kkk44"),
        ("paspoort es pee ee cee ie twintig veertien", Type.PASSPORT, "speci2014"),
        ("rijbewijs dertig nul nul nul nul nul nul nul nul", Type.DRIVING_LICENCE, "3000000000"),
        ("kvk twaalf vierendertig zesenvijftig achtenzeventig", Type.TAX_ID, "12345678"),
        (
            "btw-nummer en el nul nul nul nul negenennegentig negen negen acht bee zevenenvijftig",
            Type.TAX_ID,
            "nl000099998b57",
        ),
        (
            "rijksregisternummer vijfentachtig nul zeven dertig nul drieëndertig achtentwintig",
            Type.NATIONAL_ID,
            "85073003328",
        ),
        ("geboren op twaalf drie tweeduizend vijf", Type.DATE_OF_BIRTH, "2005-03-12"),
        (
            "geboren de dertigste van de zesde negentienachtentachtig",
            Type.DATE_OF_BIRTH,
            "dertigste van de zesde negentienachtentachtig",
        ),
        (
            "mijn iban is en el eenennegentig a b n a nul vier een zeven een zes vier drie nul nul",
            Type.IBAN,
            "nl91abna0417164300",
        ),
        ("iban nl negentig a b n a nul vier een zeven een zes vier drie nul nul", Type.IBAN, "nl90abna0417164300"),
        ("mpostma zes apenstaartje example punt nl", Type.EMAIL, "mpostma6@example.nl"),
        ("er is een sleutelkastje de code is nul negen een zeven", Type.PASSWORD, "0917"),
        ("mijn zoontje van vier jaar", Type.AGE, "4"),
        ("de cvc is honderddrieëntwintig", Type.CARD_CVV, "123"),
        ("mijn klantnummer is zestig nul een dubbel acht", Type.ACCOUNT_NUMBER, "600188"),
        ("klantnummer twee keer vier drie keer zeven", Type.ACCOUNT_NUMBER, "44777"),
        ("ik ben drieëndertig jaar", Type.AGE, "33"),
    ],
)
def test_a_spoken_dutch_number_is_found(script: str, kind: Type, value: str) -> None:
    assert value in [one.lower() for one in values(script, kind, "nl")]


@pytest.mark.parametrize(
    ("question", "answer", "kind", "text"),
    [
        ("Wat is uw BSN?", "111 222 333", Type.NATIONAL_ID, "111 222 333"),
        ("wat is uw postcode", "twaalf vierendertig a b", Type.POSTCODE, "twaalf vierendertig a b"),
        ("En uw rijbewijsnummer?", "5318 442 907.", Type.DRIVING_LICENCE, "5318 442 907"),
        ("Wat is het kenteken?", "KK 444 K", Type.VEHICLE_PLATE, "KK 444 K"),
        ("Wat is de code die u per sms kreeg?", "551 209.", Type.PASSWORD, "551 209"),
        ("Klantnummer?", "20 33 91 7", Type.ACCOUNT_NUMBER, "20 33 91 7"),
        ("En de cvc?", "zeven drie zeven", Type.CARD_CVV, "zeven drie zeven"),
        ("Hoe oud is uw dochter?", "ze wordt morgen acht", Type.AGE, "acht"),
    ],
)
def test_the_answer_to_a_dutch_question_is_found(question: str, answer: str, kind: Type, text: str) -> None:
    assert (kind, text) in found(f"agent: {question}\ncaller: {answer}", "nl")


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ("ik heb diabetes en slik metformine", Type.HEALTH_CONDITION),
        ("mijn man heeft zijn heup gebroken", Type.HEALTH_CONDITION),
        ("ze is twintig weken zwanger", Type.HEALTH_CONDITION),
        ("ik ben lid van de FNV", Type.SPECIAL_CATEGORY),
        ("ik ga elke zondag naar de kerk", Type.SPECIAL_CATEGORY),
        ("hij is van Turkse afkomst", Type.SPECIAL_CATEGORY),
        ("ik ben lesbisch", Type.SPECIAL_CATEGORY),
    ],
)
def test_what_is_sensitive_is_found_in_dutch(script: str, kind: Type) -> None:
    assert kind in [one for one, _ in found(script, "nl")]


@pytest.mark.parametrize(
    "text",
    [
        "de coöperatie heeft nieuwe tarieven",
        "het lampje knippert en de voorraad is uitgeput",
        "de ontsteking van de ketel is kapot",
        "dat antwoord is mij goed bevallen",
        "is er een prijsverhoging geweest",
        "de operator neemt zo op",
    ],
)
def test_everyday_dutch_words_are_no_condition(text: str) -> None:
    assert numbers(text) == []


def test_the_dutch_tables_are_as_wide_as_asked() -> None:
    assert len(terms("nl").health) >= 250
    assert set(language("nl").letters.values()) >= set("abcdefghijklmnopqrstuvwxyz") - {"y"}
    assert set(language("nl").alphabet.values()) >= set("abcdefghijklmnopqrstuvwxyz")
