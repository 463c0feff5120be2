"""Swedish identifiers and how they are said: valid ones, wrong check digits, wrong context, look-alikes."""

from __future__ import annotations

import pytest
from pii_calls import found, values

from callward.engine.pii import Type
from callward.engine.pii.lexicon import language
from callward.engine.pii.lexicon.terms import terms

NAMES = {Type.PERSON, Type.ORGANISATION, Type.CITY}
"""What a trained model tells, which has tests of its own."""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("19900101-2385", Type.NATIONAL_ID),
        ("900101-2385", Type.NATIONAL_ID),
        ("20000229-2399", Type.NATIONAL_ID),
        ("189001019802", Type.NATIONAL_ID),
        ("900101+2385", Type.NATIONAL_ID),
        ("140168-2396", Type.NATIONAL_ID),
        ("191401682396", Type.NATIONAL_ID),
        ("SE556000123101", Type.TAX_ID),
        ("SE 556000-1231 01", Type.TAX_ID),
        ("070-174 06 05", Type.PHONE),
        ("070-1740699", Type.PHONE),
        ("+46 70 174 06 50", Type.PHONE),
        ("08-465 004 04", Type.PHONE),
        ("031-390 06 05", Type.PHONE),
        ("040-628 04 05", Type.PHONE),
        ("0046 (0)70 174 06 51", Type.PHONE),
    ],
)
def test_a_swedish_identifier_is_found_by_its_shape_alone(text: str, kind: Type) -> None:
    assert (kind, text) in found(f"det står {text} här", "sv")


@pytest.mark.parametrize(
    ("script", "kind", "value"),
    [
        ("mitt personnummer är 9001012385", Type.NATIONAL_ID, "9001012385"),
        ("personnumret är 90 01 01 23 85", Type.NATIONAL_ID, "9001012385"),
        ("personnumret är 900101-2386", Type.NATIONAL_ID, "9001012386"),
        ("personnumret är 901301-2385", Type.NATIONAL_ID, "9013012385"),
        ("samordningsnumret: 140168 2396", Type.NATIONAL_ID, "1401682396"),
        ("organisationsnumret är 556000-1231", Type.TAX_ID, "5560001231"),
        ("vårt orgnr är 5599999991", Type.TAX_ID, "5599999991"),
        ("org-numret är 165560001231", Type.TAX_ID, "165560001231"),
        ("momsregistreringsnumret är SE556000123101", Type.TAX_ID, "se556000123101"),
        ("passnumret är XA0000001", Type.PASSPORT, "xa0000001"),
        ("mitt pass har nummer 12345678", Type.PASSPORT, "12345678"),
        ("id-kortets nummer är 12345678", Type.PASSPORT, "12345678"),
        ("körkortsnumret är 804 412 961", Type.DRIVING_LICENCE, "804412961"),
        ("körkortsnumret är 80441296", Type.DRIVING_LICENCE, "80441296"),
        ("bilens regnummer är ABC 123", Type.VEHICLE_PLATE, "abc123"),
        ("det gäller min bil, ABC 12D", Type.VEHICLE_PLATE, "abc12d"),
        ("husvagnen har ABC123 på skylten", Type.VEHICLE_PLATE, "abc123"),
        ("clearing- och kontonummer 5000-0583982", Type.BANK_ACCOUNT, "50000583982"),
        ("kontonumret är 8327-9 123 456 789-0", Type.BANK_ACCOUNT, "832791234567890"),
        ("mitt konto är 8327-9, 123 456 789-0", Type.BANK_ACCOUNT, "832791234567890"),
        ("vårt swishnummer är 123 118 11 89", Type.BANK_ACCOUNT, "1231181189"),
        ("postnumret är 111 22", Type.POSTCODE, "11122"),
        ("adressen är Storgatan 1, SE-114 18", Type.POSTCODE, "11418"),
        ("fakturan ska till Ringvägen 4 B, 118 60 Stockholm", Type.POSTCODE, "11860"),
        ("vi flyttar till Hult 12, 335 94 Åsenhöga", Type.POSTCODE, "33594"),
        ("hon är född 1944", Type.DATE_OF_BIRTH, "1944"),
        ("han är född nittonhundrasextiotvå", Type.DATE_OF_BIRTH, "nittonhundrasextiotva"),
        ("född den tredje i åttonde sextiosju", Type.DATE_OF_BIRTH, "den tredje i attonde sextiosju"),
        ("född femte femte nittonhundraåttio", Type.DATE_OF_BIRTH, "femte femte nittonhundraattio"),
        ("jag är född 1944-05-06", Type.DATE_OF_BIRTH, "1944-05-06"),
    ],
)
def test_a_swedish_number_is_found_where_it_is_named(script: str, kind: Type, value: str) -> None:
    assert value in [one.lower() for one in values(script, kind, "sv")]


@pytest.mark.parametrize(
    ("script", "kind", "text"),
    [
        ("kundnumret är 48 00 12", Type.ACCOUNT_NUMBER, "48 00 12"),
        ("ert avtalsnummer är A-77120", Type.ACCOUNT_NUMBER, "A-77120"),
        ("försäkringsnumret är 4410-2231", Type.ACCOUNT_NUMBER, "4410-2231"),
        ("medlemsnumret är 90125533", Type.ACCOUNT_NUMBER, "90125533"),
        ("anläggnings-id 735999102107573011", Type.ACCOUNT_NUMBER, "735999102107573011"),
        ("journalnumret är BM-20117", Type.HEALTH_ID, "BM-20117"),
        ("remissen har nummer R-2044-918", Type.HEALTH_ID, "R-2044-918"),
        ("reservnumret är 1122-3344", Type.HEALTH_ID, "1122-3344"),
        ("portkoden är 4417", Type.PASSWORD, "4417"),
        ("engångskoden är 882201", Type.PASSWORD, "882201"),
    ],
)
def test_what_a_swedish_word_announces_is_found_whatever_its_shape(script: str, kind: Type, text: str) -> None:
    assert (kind, text) in found(script, "sv")


@pytest.mark.parametrize(
    "text",
    [
        "ordernumret är 556000-1231",
        "ärendet har nummer 900410-2214",
        "det står 556000-1231 på fakturan",
        "vårt bankgiro är 991-2346",
        "plusgirot är 1 23 45-5",
        "OCR-numret är 1234567897",
        "rum 123 ligger på plan 2",
        "vi hörs 12.15 den 11 mars",
        "det kostar 111 22 kronor",
        "det är modell ABC 123",
        "skadenumret är 8044129",
        "kom klockan nio den andra maj",
        "bilen kostar upp till att 750 kronor läggs på",
        "fordonet togs 1998 och har 250 hästar",
        "det är andra tredje gången jag ringer",
        "det tog fem minuter och två samtal",
        "mätaren står på 14 223",
        "han har tagit med 25 stycken",
    ],
)
def test_ordinary_swedish_numbers_are_left_alone(text: str) -> None:
    assert [one for one in found(text, "sv") if one[0] not in NAMES] == []


@pytest.mark.parametrize(
    "text", ["556000-1231", "5599999991", "80441296", "XA0000001", "5000-0583982", "123 118 11 89"]
)
def test_a_number_that_only_a_word_can_tell_needs_the_word(text: str) -> None:
    named = {Type.TAX_ID, Type.DRIVING_LICENCE, Type.PASSPORT, Type.BANK_ACCOUNT, Type.NATIONAL_ID, Type.PHONE}
    assert not named & {kind for kind, _ in found(f"det står {text} här", "sv")}


@pytest.mark.parametrize(
    ("script", "kind", "value"),
    [
        (
            "mitt personnummer är nitton nittio noll ett noll ett streck tjugotre åttiofem",
            Type.NATIONAL_ID,
            "199001012385",
        ),
        ("nittio noll ett noll ett tjugotre åttiofem", Type.NATIONAL_ID, "9001012385"),
        ("nittonhundranittio noll ett noll ett tjutre åttifem", Type.NATIONAL_ID, "199001012385"),
        ("tjugohundra noll två tjugonio tjugotre nittionio", Type.NATIONAL_ID, "200002292399"),
        ("fjorton noll ett sextioåtta streck tjugotre nittiosex", Type.NATIONAL_ID, "1401682396"),
        ("du når mig på noll sju noll streck ett sju fyra noll sex noll fem", Type.PHONE, "+46701740605"),
        ("nollsjuttio hundrasjuttiofyra noll sex noll fem", Type.PHONE, "+46701740605"),
        ("mobilen e noll sju noll å så ett sju fyra noll sex noll fem", Type.PHONE, "+46701740605"),
        ("nollåtta fyrahundrasextiofem noll noll fyra noll fyra", Type.PHONE, "+46846500404"),
        ("numret är nolltrettioett trehundranittio noll sex noll fem", Type.PHONE, "+46313900605"),
        ("säkerhetskoden är hundratjugotre", Type.CARD_CVV, "123"),
        (
            "kortnumret är fyra ett ett ett dubbel ett dubbel ett tre ettor ett ett ett ett ett",
            Type.PAYMENT_CARD,
            "4111111111111111",
        ),
        ("anna punkt svensson snabel-a example punkt com", Type.EMAIL, "anna.svensson@example.com"),
        ("mejlen är anna understrykning s ät example punkt se", Type.EMAIL, "anna_s@example.se"),
        ("postnumret är hundra elva tjugotvå", Type.POSTCODE, "11122"),
        ("postnumret är ett ett ett två två", Type.POSTCODE, "11122"),
        ("kundnumret är fyra åtta dubbelnolla tolv", Type.ACCOUNT_NUMBER, "480012"),
        ("organisationsnumret är femtiofem sextio noll noll streck tolv trettiett", Type.TAX_ID, "5560001231"),
        ("regnumret är adam bertil caesar ett två tre", Type.VEHICLE_PLATE, "abc123"),
        ("regnumret är a b c hundratjugotre", Type.VEHICLE_PLATE, "abc123"),
        ("bilen har a som i adam be som i bertil ce som i caesar tolv de", Type.VEHICLE_PLATE, "abc12d"),
        ("passnumret är x a noll noll noll noll noll noll ett", Type.PASSPORT, "xa0000001"),
    ],
)
def test_a_spoken_swedish_number_is_read(script: str, kind: Type, value: str) -> None:
    assert value in [one.lower() for one in values(script, kind, "sv")]


def test_the_last_four_are_a_personnummer_where_they_were_asked_for() -> None:
    script = """
        agent: kan jag få de fyra sista i personnumret
        caller: ja det e tjugotre åttiofem
    """
    assert values(script, Type.NATIONAL_ID, "sv") == ["2385"]


@pytest.mark.parametrize(
    ("question", "answer", "value"),
    [
        ("portkod", "ett nio åtta fyra", "1984"),
        ("och pin", "det är noll fyra ett sju", "0417"),
        ("lösenordet då", "lilla gubben ett två tre", "lillagubben123"),
    ],
)
def test_a_secret_holds_the_word_that_is_one_and_an_article_too(question: str, answer: str, value: str) -> None:
    assert values(f"agent: {question}\ncaller: {answer}", Type.PASSWORD, "sv") == [value]


def test_a_question_for_a_code_is_not_answered_by_talk() -> None:
    assert values("agent: portkod\ncaller: det är ett problem fyra gånger", Type.PASSWORD, "sv") == []


def test_a_personnummer_over_two_turns_is_one_finding() -> None:
    script = """
        agent: personnummer
        caller: nittio noll ett noll ett
        agent: och sista
        caller: tjugotre åttiofem
    """
    assert values(script, Type.NATIONAL_ID, "sv") == ["9001012385"]


def test_an_iban_read_out_group_by_group_is_one_finding() -> None:
    script = """
        agent: ibannumret tack
        caller: ja det är s e fyrtiofem
        agent: mm
        caller: femtio noll noll
        agent: ja
        caller: noll noll noll noll
        agent: fortsätt
        caller: noll fem åttiotre nittioåtta tjugofem sjuttiofyra sextiosex
    """
    assert [one.lower() for one in values(script, Type.IBAN, "sv")] == ["se4550000000058398257466"]


def test_inflected_words_announce_as_the_plain_ones_do() -> None:
    for word in ("mobilnummer", "mobilnumret", "mobilnumrets", "MOBILNUMRET", "telefonnummret"):
        assert values(f"{word} är 0701740605", Type.PHONE, "sv") == ["+46701740605"]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("jag är gravid i vecka 12", "gravid i vecka 12"),
        ("hon har fått bröstcancer", "bröstcancer"),
        ("jag äter sertralin mot min ångest", "sertralin"),
        ("han har brutit lårbenshalsen och behöver rullstol", "rullstol"),
        ("det är min migrän igen", "migrän"),
        ("jag har diskbråck", "diskbråck"),
        ("mamma är dement", "dement"),
    ],
)
def test_a_condition_said_in_swedish_is_found(script: str, text: str) -> None:
    assert (Type.HEALTH_CONDITION, text) in found(script, "sv")


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("jag röstade fel men är vänsterpartist", "vänsterpartist"),
        ("vi är muslimer", "muslimer"),
        ("hon är samisk", "samisk"),
        ("jag är lesbisk", "lesbisk"),
        ("ring facket i stället", "facket"),
    ],
)
def test_a_conviction_said_in_swedish_is_found(script: str, text: str) -> None:
    assert (Type.SPECIAL_CATEGORY, text) in found(script, "sv")


@pytest.mark.parametrize(
    "text",
    [
        "proppen har gått i köket",
        "vi har ont om tid",
        "skärmen är trasig",
        "operatören la på",
        "datorn har virus",
        "elementet är kallt",
        "det är ett brott mot avtalet",
        "vi tar en kopp kaffe med rom",
    ],
)
def test_everyday_swedish_is_no_condition(text: str) -> None:
    assert [one for one in found(text, "sv") if one[0] not in NAMES] == []


def test_every_digit_word_of_the_facts_says_its_digit() -> None:
    numbers = language("sv").numbers
    said = {
        "noll nolla nollan": "0", "ett en etta ettan": "1", "tva tvaa tvaan": "2", "tre trea trean": "3",
        "fyra fyran": "4", "fem femma femman": "5", "sex sexa sexan": "6", "sju sjua sjuan": "7", "atta attan": "8",
        "nio nie nia nian": "9", "tie": "10", "tjuge tjugi tju": "20", "tretti": "30", "forti fyrti": "40",
        "femti": "50", "sexti": "60", "sjutti": "70", "atti": "80", "nitti": "90", "tjutre": "23", "trettitva": "32",
        "fyrtisex": "46", "nollatta": "08", "nollsjuttio": "070", "tjugohundrafem": "2005", "dubbelnolla": "00",
    }  # fmt: skip
    assert {word: numbers[word] for words in said for word in words.split()} == {
        word: digits for words, digits in said.items() for word in words.split()
    }


def test_no_swedish_term_is_said_twice() -> None:
    table = terms("sv")
    for group in (table.health, table.body, table.complaints, *table.special.values()):
        assert len(set(group)) == len(group)
    assert len(table.health) >= 250
