from __future__ import annotations

import pytest
from pii_calls import call, found, values

from callward.engine.pii import Type, detect
from callward.engine.pii.recognizers.estonia import kmkr, registrikood


@pytest.mark.parametrize(
    "code",
    ["50001029996", "30303039816", "30303039903", "60001019906", "30303039914", "38001085718", "3800108 5718"],
)
def test_an_isikukood_is_found_without_context(code: str) -> None:
    assert found(f"siin on {code} ja kõik", "et") == [(Type.NATIONAL_ID, code)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("AS0000000", Type.PASSPORT),
        ("EE100931558", Type.TAX_ID),
        ("EE 100 931 558", Type.TAX_ID),
        ("ET000000", Type.DRIVING_LICENCE),
        ("+372 5123 4567", Type.PHONE),
        ("+372 321 2345", Type.PHONE),
        ("EE38 2200 2210 2014 5685", Type.IBAN),
        ("mari@example.ee", Type.EMAIL),
        ("662 DNH", Type.VEHICLE_PLATE),
    ],
)
def test_a_written_estonian_identifier_is_found_without_context(text: str, kind: Type) -> None:
    assert (kind, text) in found(f"kirjas on {text}, eks", "et")


@pytest.mark.parametrize(
    ("script", "kind", "value"),
    [
        ("passi number on K0000000", Type.PASSPORT, "K0000000"),
        ("ID-kaardi number: AS 000 0000", Type.PASSPORT, "AS0000000"),
        ("elamisloakaardil on kirjas B0000000", Type.PASSPORT, "B0000000"),
        ("juhiloal on ET 000 000", Type.DRIVING_LICENCE, "ET000000"),
        ("firma registrikood on 12345678", Type.TAX_ID, "12345678"),
        ("registrikoodiga 1234 5678", Type.TAX_ID, "12345678"),
        ("minu telefon on 5123 4567", Type.PHONE, "+37251234567"),
        ("lauatelefon 321 2345", Type.PHONE, "+3723212345"),
        ("sihtnumber on 10134", Type.POSTCODE, "10134"),
        ("postiindeksiks panin 10134", Type.POSTCODE, "10134"),
        ("Saatke Kase 12-4, 10134 Tallinn", Type.POSTCODE, "10134"),
        ("auto on 123 ABC", Type.VEHICLE_PLATE, "123ABC"),
        ("numbrimärgiga 12 ABC", Type.VEHICLE_PLATE, "12ABC"),
        ("haagise number 123-XYZ", Type.VEHICLE_PLATE, "123XYZ"),
        ("kliendinumber on 480012", Type.ACCOUNT_NUMBER, "480012"),
        ("kindlustuspoliisi 40118822 tahaks muuta", Type.ACCOUNT_NUMBER, "40118822"),
        ("lepingu number on K-2019/4471", Type.ACCOUNT_NUMBER, "K20194471"),
        ("töötaja numbriga 10442", Type.ACCOUNT_NUMBER, "10442"),
        ("saatekirja number on 22-118830", Type.HEALTH_ID, "22118830"),
        ("retsepti number 1017223344", Type.HEALTH_ID, "1017223344"),
        ("konto on 10220034567013", Type.BANK_ACCOUNT, "10220034567013"),
        ("uksekood on 4471", Type.PASSWORD, "4471"),
        ("kasutajanimi on marimaasikas77", Type.USERNAME, "marimaasikas77"),
    ],
)
def test_an_estonian_number_is_found_where_it_is_announced(script: str, kind: Type, value: str) -> None:
    assert value in values(script, kind, "et")


@pytest.mark.parametrize(
    ("script", "kind", "value"),
    [
        ("passi number on kaa null null null null null null null", Type.PASSPORT, "K0000000"),
        ("id-kaart on aa ess null null null null null null null", Type.PASSPORT, "AS0000000"),
        ("juhiluba ee tee null null null null null null", Type.DRIVING_LICENCE, "ET000000"),
        ("registrikood kaksteist kolmkümmend neli viiskümmend kuus seitsekümmend kaheksa", Type.TAX_ID, "12345678"),
        ("kmkr ee ee sada üheksasada kolmkümmend üks viissada viiskümmend kaheksa", Type.TAX_ID, "EE100931558"),
        ("indeks on kümme üks kolmkümmend neli", Type.POSTCODE, "10134"),
        ("sihtnumber kuuskümmend kaheksa kakssada neli", Type.POSTCODE, "68204"),
        ("autonumber on sada kakskümmend kolm aa bee tsee", Type.VEHICLE_PLATE, "123ABC"),
        ("numbrimärk üks kaks kolm x y z", Type.VEHICLE_PLATE, "123XYZ"),
        ("telefon viis üks kaks kolm neli viis kuus seitse", Type.PHONE, "+37251234567"),
        ("kliendinumber on neli kaheksa null null kaksteist", Type.ACCOUNT_NUMBER, "480012"),
        ("fonoluku kood on kaks kaks üheksa null", Type.PASSWORD, "2290"),
        ("isikukood on viis nullnull nullüks nullkaks üheksa üheksa üheksa kuus", Type.NATIONAL_ID, "50001029996"),
        ("ik viis kolm nulli üks null kaks kolm üheksat kuus", Type.NATIONAL_ID, "50001029996"),
        ("sündinud viiendal mail tuhat üheksasada kaheksakümmend", Type.DATE_OF_BIRTH, ""),
        ("olen sündinud kahekümne esimesel novembril kaheksakümmend kolm", Type.DATE_OF_BIRTH, ""),
        ("sünniaeg on viies viies viiskümmend viis", Type.DATE_OF_BIRTH, ""),
        ("sündis kahekümne kolmandal kaheksandal tuhat üheksasada seitse", Type.DATE_OF_BIRTH, ""),
        ("sündisin 1985. aasta 3. aprillil", Type.DATE_OF_BIRTH, "1985-04-03"),
        (
            "konto ee ee kolm kaheksa kaks kaks null null kaks kaks üks null kaks null üks neli viis kuus kaheksa viis",
            Type.IBAN,
            "EE382200221020145685",
        ),
    ],
)
def test_a_spoken_estonian_number_is_read(script: str, kind: Type, value: str) -> None:
    read = values(script, kind, "et")
    assert value.lower() in [one.lower() for one in read] if value else read


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (
            "minu isikukood on viis null null null üks null kaks üheksa üheksa üheksa kuus",
            Type.NATIONAL_ID,
            "50001029996",
        ),
        ("kolm null kolm null kolm null kolm üheksakümmend üheksa neliteist", Type.NATIONAL_ID, "30303039914"),
        (
            "mu number on viiskümmend üks kakskümmend kolm nelikümmend viis kuuskümmend seitse",
            Type.PHONE,
            "+37251234567",
        ),
        (
            "neli kaks neli kaks nelikümmend kaks nelikümmend kaks neli kaks neli kaks neli kaks neli kaks",
            Type.PAYMENT_CARD,
            "4242424242424242",
        ),
        ("mari alakriips maasikas ät example punkt ee", Type.EMAIL, "mari_maasikas@example.ee"),
    ],
)
def test_every_spoken_example_of_the_facts_is_found(text: str, kind: Type, value: str) -> None:
    assert values(text, kind, "et") == [value]


def test_a_wrong_check_digit_scores_less() -> None:

    for right, wrong in (("registrikood 12345678", "registrikood 12345679"), ("EE100931558", "EE100931559")):
        scores = [detect(call(script, "et"))[0].score for script in (right, wrong)]
        assert scores[0] > scores[1]


@pytest.mark.parametrize("text", ["12345678", "10134", "K0000000", "123 ABC", "480012", "4471"])
def test_a_number_that_only_a_word_can_tell_needs_the_word(text: str) -> None:
    assert found(f"seal oli {text} ja muud", "et") == []


@pytest.mark.parametrize(
    "text",
    [
        "tellimuse number on 2210044871 ja pakk on 77120034",
        "viitenumber on 1234561, selgitusse 121316",
        "lepingu eelnõu number on LP-2206",
        "seerianumber on SN 99812234 ja IMEI 490154203237518",
        "arve number 51234567 on maksmata",
        "hind 123 eur, kogus 12, 15000 eurot kokku",
        "võtsin 100 tki, 30 min ja 250 kwh",
        "lend BT 312 väljub kell 14.20",
        "näit on kuus tuhat kaheksasada kakskümmend kolm",
        "hind oli kolmsada nelikümmend viis eurot ja kell viisteist kolmkümmend",
        "pilet kuuskümmend null kaks on lahendatud",
        "kaks karpi ja neli pudelit, kokku kuus tükki",
        "alla 18-aastastele me ei müü",
        "garantii on viis aastat",
        "et 318204 inimest sai teate",
        "mul on 5 last ja 2 koera",
        "avatud kuni 1830 ja kuni 140 inimest",
        "Kahjujuhtumi number on KJ-2026-00418",
        "neljas neljas kohal ja kaks tükki",
        "tarne on kolmandal aprillil ja arve viiendal mail",
    ],
)
def test_ordinary_estonian_numbers_are_left_alone(text: str) -> None:
    personal = {kind for kind, _ in found(text, "et")} - {Type.PERSON, Type.ORGANISATION, Type.CITY, Type.ADDRESS}
    assert personal == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mul on diabeet ja kõrge vererõhk", ["diabeet", "kõrge vererõhk"]),
        ("tal leiti kopsupõletik", ["kopsupõletik"]),
        ("ema jäi insuldi järel halvatuks", ["insuldi"]),
        ("võtan metformiini", ["metformiini"]),
        ("olen raseduspuhkusel ja rase", ["raseduspuhkusel", "rase"]),
    ],
)
def test_a_condition_is_found_with_its_ending(text: str, said: list[str]) -> None:
    assert [words for kind, words in found(text, "et") if kind is Type.HEALTH_CONDITION] == said


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("olen luterlane", "RELIGION"),
        ("käin sotside koosolekul", "POLITICS"),
        ("ametiühingus öeldi", "UNION"),
        ("rahvuselt olen ukrainlane", "ETHNICITY"),
        ("mu tütar on lesbi", "SEXUALITY"),
    ],
)
def test_a_conviction_says_which(text: str, value: str) -> None:
    assert value in values(text, Type.SPECIAL_CATEGORY, "et")


@pytest.mark.parametrize(
    "text",
    [
        "see koht on broneeritud ja koha pealt saab pileti",
        "panin korvi kaks toodet",
        "pangaoperatsioon ebaõnnestus",
        "häire andis vale signaali",
        "murdvarguse eest kindlustust ei ole",
        "valuuta kurss on muutunud",
        "maks on tasutud ja reis jäi ära",
    ],
)
def test_everyday_words_are_no_conditions(text: str) -> None:
    assert Type.HEALTH_CONDITION not in {kind for kind, _ in found(text, "et")}


def test_a_name_in_the_answer_leaves_the_question_for_the_number_open() -> None:
    script = "agent: öelge palun nimi ja telefon\ncaller: minu nimi on Mari Maasikas, 5123 4567"
    assert values(script, Type.PHONE, "et") == ["+37251234567"]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("ta on 33-aastane", "33-aastane"),
        ("poeg on kolmekümne kolme aastane", "kolmekümne kolme aastane"),
        ("tütar on viieaastane", "viieaastane"),
        ("agent: kui vana te olete\ncaller: kolmkümmend kolm", "kolmkümmend kolm"),
    ],
)
def test_an_estonian_age_is_found(script: str, said: str) -> None:
    assert (Type.AGE, said) in found(script, "et")


def test_check_digits_of_companies_take_a_second_pass() -> None:
    assert registrikood("12345678")
    assert not registrikood("12345679")
    for seven in range(1000000, 1000200):
        fitting = [digit for digit in "0123456789" if registrikood(f"{seven}{digit}")]
        assert len(fitting) == 1
    assert kmkr("EE100931558")
    assert not kmkr("EE100931557")


def test_a_cue_that_begins_with_a_number_announces_the_code() -> None:
    script = "kaart on 5555 5555 5555 4444, kehtib 11/29, kolm numbrit taga 308"
    assert values(script, Type.CARD_CVV, "et") == ["308"]


def test_a_reading_before_the_word_for_a_number_is_no_such_number() -> None:
    script = "agent: lõppnäit vanas kohas?\ncaller: 48 211. Kliendinumber on 2204 817."
    assert values(script, Type.ACCOUNT_NUMBER, "et") == ["2204817"]
