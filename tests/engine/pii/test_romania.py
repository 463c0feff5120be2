"""Romanian identifiers and how they are said: valid ones, wrong check digits, wrong context, look-alikes."""

from __future__ import annotations

import pytest
from pii_calls import call, found, values

from callward.engine.pii import Type, detect
from callward.engine.pii.lexicon import language
from callward.engine.pii.lexicon.terms import terms
from callward.engine.pii.recognizers.romania import cui


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1630615123457", Type.NATIONAL_ID),
        ("1800101400016", Type.NATIONAL_ID),
        ("6010101409991", Type.NATIONAL_ID),
        ("1 800101 400016", Type.NATIONAL_ID),
        ("1800101-400016", Type.NATIONAL_ID),
        ("J40/1234/2020", Type.TAX_ID),
        ("F12/77/2019", Type.TAX_ID),
        ("J 40 / 1234 / 2020", Type.TAX_ID),
        ("J2023001234567", Type.TAX_ID),
        ("B 123 ABC", Type.VEHICLE_PLATE),
        ("B-99-XYZ", Type.VEHICLE_PLATE),
        ("CJ12ABC", Type.VEHICLE_PLATE),
        ("tm 07 zzt", Type.VEHICLE_PLATE),
        ("B00000000X", Type.DRIVING_LICENCE),
        ("RO001E123456789", Type.ACCOUNT_NUMBER),
        ("RO49 AAAA 1B31 0075 9384 0000", Type.IBAN),
        ("+40 21 123 4567", Type.PHONE),
        ("0712 034 567", Type.PHONE),
        ("0712.034.567", Type.PHONE),
        ("0040712034567", Type.PHONE),
    ],
)
def test_a_romanian_identifier_is_found_by_its_shape_alone(text: str, kind: Type) -> None:
    assert (kind, text) in found(f"aici scrie {text} cred", "ro")


@pytest.mark.parametrize(
    ("script", "kind", "value"),
    [
        ("CNP-ul este 1800101400017", Type.NATIONAL_ID, "1800101400017"),
        ("codul numeric personal: 1 80 01 01 40 00 16", Type.NATIONAL_ID, "1800101400016"),
        ("buletin RX 000000", Type.PASSPORT, "rx000000"),
        ("buletinul seria XX nr 123456", Type.PASSPORT, "xx123456"),
        ("cartea de identitate e ZZ, numărul 123456", Type.PASSPORT, "zz123456"),
        ("seria KX 123456 e a mea", Type.PASSPORT, "kx123456"),
        ("act de identitate electronic CJ 1234567", Type.PASSPORT, "cj1234567"),
        ("pașaportul are numărul 000000000", Type.PASSPORT, "000000000"),
        ("numarul de pasaport 12345678", Type.PASSPORT, "12345678"),
        ("permisul de conducere B00000000", Type.DRIVING_LICENCE, "b00000000"),
        ("CUI 18547290", Type.TAX_ID, "18547290"),
        ("cod fiscal RO18547290", Type.TAX_ID, "18547290"),
        ("CIF-ul este RO 18 547 290", Type.TAX_ID, "18547290"),
        ("CUI 18547291", Type.TAX_ID, "18547291"),
        ("codul poștal este 010336", Type.POSTCODE, "010336"),
        ("Strada Lungă nr. 3, 500035 Brașov", Type.POSTCODE, "500035"),
        ("Victoriei 12, 010061 București", Type.POSTCODE, "010061"),
        ("mașina e CJ 012345, cu numere roșii", Type.VEHICLE_PLATE, "cj012345"),
        ("numărul de înmatriculare: CJ 12 ANI", Type.VEHICLE_PLATE, "cj12ani"),
        ("cardul de sănătate 00000000000000000000", Type.HEALTH_ID, "00000000000000000000"),
        ("cod CID 0000 0000 0000 0000 0000", Type.HEALTH_ID, "00000000000000000000"),
        ("sunați-mă la 712 034 567", Type.PHONE, "712034567"),
        ("contul vechi era 2511.0077.31", Type.BANK_ACCOUNT, "2511007731"),
        ("data nașterii 02.07.1993", Type.DATE_OF_BIRTH, "1993-07-02"),
        ("născută pe 2 iulie 1993", Type.DATE_OF_BIRTH, "1993-07-02"),
    ],
)
def test_a_romanian_number_is_found_where_it_is_named(script: str, kind: Type, value: str) -> None:
    assert value in [one.lower() for one in values(script, kind, "ro")]


@pytest.mark.parametrize(
    ("script", "kind", "text"),
    [
        ("codul de client este 480012", Type.ACCOUNT_NUMBER, "480012"),
        ("numărul contractului KL-88213", Type.ACCOUNT_NUMBER, "KL-88213"),
        ("polița are numărul 4410-2231", Type.ACCOUNT_NUMBER, "4410-2231"),
        ("codul locului de consum 5940012233", Type.ACCOUNT_NUMBER, "5940012233"),
        ("numărul meu de abonat e 77120", Type.ACCOUNT_NUMBER, "77120"),
        ("legitimația de serviciu 20917", Type.ACCOUNT_NUMBER, "20917"),
        ("biletul de trimitere e RM-4401", Type.HEALTH_ID, "RM-4401"),
        ("foaia de observație 20117", Type.HEALTH_ID, "20117"),
        ("codul pacientului este P-3391", Type.HEALTH_ID, "P-3391"),
        ("certificatul de handicap 5521", Type.HEALTH_ID, "5521"),
        ("codul de la interfon e 4417", Type.PASSWORD, "4417"),
        ("PIN-ul este 8822", Type.PASSWORD, "8822"),
        ("utilizatorul este ilinca.d77", Type.USERNAME, "ilinca.d77"),
    ],
)
def test_what_a_romanian_word_announces_is_found_whatever_its_shape(script: str, kind: Type, text: str) -> None:
    assert (kind, text) in found(script, "ro")


@pytest.mark.parametrize(
    "text",
    [
        "comanda are numărul 1800101400017",
        "factura 18547290 nu e plătită",
        "tichetul dumneavoastră e 000000000",
        "AWB 12345678901234567890",
        "bonul fiscal 010336",
        "mi-ar da 20 lei, ar 30 ani",
        "îl 12 ori am sunat",
        "ne vedem pe 11 martie la ora nouă",
        "rata este 1.547 lei pe lună",
        "indexul este 14223",
        "au trecut două săptămâni și trei zile",
        "din cele trei cutii au venit două",
        "am așteptat douăzeci și cinci de minute",
        "costă o mie două sute de lei",
    ],
)
def test_ordinary_romanian_numbers_are_left_alone(text: str) -> None:
    assert found(text, "ro") == []


@pytest.mark.parametrize("text", ["18547290", "RX 123456", "512034", "12345678", "712 034 567", "1800101400017"])
def test_a_number_that_only_a_word_can_tell_needs_the_word(text: str) -> None:
    named = {Type.TAX_ID, Type.PASSPORT, Type.POSTCODE, Type.PHONE, Type.NATIONAL_ID, Type.HEALTH_ID}
    assert not named & {kind for kind, _ in found(f"aici scrie {text} cred", "ro")}


@pytest.mark.parametrize(
    ("script", "kind", "value"),
    [
        (
            "CNP-ul meu este unu opt zero zero unu zero unu patru zero zero zero unu șase",
            Type.NATIONAL_ID,
            "1800101400016",
        ),
        ("cnp unu opt sute o sută unu patru sute zero șaisprezece", Type.NATIONAL_ID, "1800101400016"),
        ("cnp unu optzeci zero unu zero unu patruzeci zero zero șaișpe", Type.NATIONAL_ID, "1800101400016"),
        (
            "cinci cinci cinci cinci cinci cinci cinci cinci cinci cinci cinci cinci patruzeci și patru patru patru",
            Type.PAYMENT_CARD,
            "5555555555554444",
        ),
        (
            "telefon zero șapte doisprezece zero treizeci și patru cinci sute șaizeci și șapte",
            Type.PHONE,
            "+40712034567",
        ),
        ("telefon zero sapte doispe zero treij'patru cinci sute saij'sapte", Type.PHONE, "+40712034567"),
        ("telefon zero șapte doua zeci și doi trei sute patru cinci sute doi", Type.PHONE, "+40722304502"),
        ("sunați-mă la zero șapte unu doi zero trei patru dublu cinci șase", Type.PHONE, "+40712034556"),
        ("codul de siguranță este o sută douăzeci și trei", Type.CARD_CVV, "123"),
        ("cardul expiră zero nouă pe douăzeci și opt", Type.CARD_EXPIRY, "0928"),
        ("codul poștal zero zece trei sute treizeci și șase", Type.POSTCODE, "010336"),
        ("codul poștal zero unu zero trei trei șase", Type.POSTCODE, "010336"),
        ("seria de buletin er ixi numărul unu doi trei patru cinci șase", Type.PASSPORT, "rx123456"),
        ("buletinul er de la radu ics o sută douăzeci și trei patru sute cincizeci și șase", Type.PASSPORT, "rx123456"),
        ("pașaportul zero cinci doi trei patru șapte opt unu", Type.PASSPORT, "05234781"),
        ("permisul be zero zero doi doi zero patru unu opt el", Type.DRIVING_LICENCE, "b00220418l"),
        ("cui-ul optsprezece cinci sute patruzeci și șapte două sute nouăzeci", Type.TAX_ID, "18547290"),
        (
            "firma are je patruzeci bară o mie două sute treizeci și patru bară două mii douăzeci",
            Type.TAX_ID,
            "j4012342020",
        ),
        ("mașina are ce je doisprezece ana barbu constantin", Type.VEHICLE_PLATE, "cj12abc"),
        ("numărul mașinii be o sută douăzeci și trei a be ce", Type.VEHICLE_PLATE, "b123abc"),
        ("codul de client patru opt zero zero doisprezece", Type.ACCOUNT_NUMBER, "480012"),
        ("codul de abonat trei de unu două zerouri cinci șase", Type.ACCOUNT_NUMBER, "1110056"),
        ("codul pacientului em er optzeci și opt șaptesprezece", Type.HEALTH_ID, "mr8817"),
        ("mailul e maria liniuță jos pop arond example punct ro", Type.EMAIL, "maria_pop@example.ro"),
        ("ion punct popescu optzeci și trei arond example punct com", Type.EMAIL, "ion.popescu83@example.com"),
        ("safta doișpe coadă de maimuță example punct com", Type.EMAIL, "safta12@example.com"),
        ("sunt născut pe doi iulie nouăzeci și trei", Type.DATE_OF_BIRTH, "1993-07-02"),
    ],
)
def test_a_spoken_romanian_number_is_read(script: str, kind: Type, value: str) -> None:
    assert value in [one.lower() for one in values(script, kind, "ro")]


@pytest.mark.parametrize(
    "said", ["unsprezece", "unșpe", "unspe", "doișpe", "douășpe", "treișpe", "paișpe", "cinșpe", "cincișpe", "șaișpe"]
)
def test_short_forms_of_the_teens_are_two_digits_with_and_without_marks(said: str) -> None:
    digits = language("ro").numbers[said.replace("ș", "s").replace("ă", "a")]
    (value,) = values(f"codul de client patru {said} cinci șase", Type.ACCOUNT_NUMBER, "ro")
    assert value == f"4{digits}56"


def test_cedillas_and_commas_below_read_alike() -> None:
    for word in ("șase șapte", "şase şapte", "sase sapte"):
        assert values(f"codul de client opt {word} nouă", Type.ACCOUNT_NUMBER, "ro") == ["8679"]


def test_a_cnp_over_two_turns_is_one_finding() -> None:
    script = """
        agent: cnp
        caller: unu opt zero zero unu zero unu
        agent: mai departe
        caller: patru zero zero zero unu șase
    """
    assert values(script, Type.NATIONAL_ID, "ro") == ["1800101400016"]


def test_what_the_agent_asks_for_tells_what_the_answer_is() -> None:
    script = """
        agent: Ce act de identitate aveți?
        caller: Permis S00220418L și buletin SM 220417.
    """
    assert set(found(script, "ro")) == {(Type.DRIVING_LICENCE, "S00220418L"), (Type.PASSPORT, "SM 220417")}


def test_the_check_digit_of_a_cui_is_computed_over_padded_digits() -> None:
    assert cui("18547290")
    assert not cui("18547291")
    assert not cui("19547290")


def test_inflected_words_announce_as_the_plain_ones_do() -> None:
    for word in ("telefonul", "telefonului", "TELEFONUL MEU", "mobilul", "numărul de mobil"):
        assert values(f"{word} este 0712034567", Type.PHONE, "ro") == ["+40712034567"]


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("are fractură de radius", "fractură de radius"),
        ("sunt însărcinată în cinci luni", "însărcinată"),
        ("ia Tramadol de ieri", "Tramadol"),
        ("tata a făcut infarct anul trecut", "infarct"),
        ("mama e diabetica si face insulina", "diabetica"),
        ("am piciorul rupt și nu pot veni", "piciorul rupt"),
        ("suferă de hernie de disc", "hernie"),
        ("fac dializă de trei ori pe săptămână", "dializă"),
    ],
)
def test_a_condition_said_in_romanian_is_found(script: str, text: str) -> None:
    texts = [said for kind, said in found(script, "ro") if kind is Type.HEALTH_CONDITION]
    assert any(text in said for said in texts)


@pytest.mark.parametrize(
    ("script", "text"),
    [
        ("ar vrea o terapeută, e musulmană", "musulmană"),
        ("sunt membru de sindicat din 2010", "sindicat"),
        ("suntem de etnie romă", "de etnie romă"),
        ("merg la congresul social democraților", "social democraților"),
        ("fiul meu e gay", "gay"),
        ("sunt martor al lui iehova", "martor al lui iehova"),
    ],
)
def test_a_special_category_said_in_romanian_is_found(script: str, text: str) -> None:
    texts = [said for kind, said in found(script, "ro") if kind is Type.SPECIAL_CATEGORY]
    assert any(text in said for said in texts)


@pytest.mark.parametrize(
    "text",
    [
        "mă mut luna viitoare și vreau o operațiune simplă",
        "tensiunea la priză e mică și becul s-a ars",
        "codul este invalid, mă anunță aplicația",
        "aveți copii după factură și un contract reziliat",
        "frigiderul nu a răcit toată vara",
        "liberalizarea pieței de energie a scumpit totul",
        "lanțul e din aur și costă mult",
        "luna februarie a fost friguroasă",
    ],
)
def test_everyday_words_that_look_like_a_condition_are_left_alone(text: str) -> None:
    assert not {Type.HEALTH_CONDITION, Type.SPECIAL_CATEGORY} & {one.type for one in detect(call(text, "ro"))}


def test_the_tables_of_terms_are_large_and_say_nothing_twice() -> None:
    table = terms("ro")
    assert len(table.health) >= 250
    for group in (table.health, table.body, table.complaints, *table.special.values()):
        assert len(set(group)) == len(group)
        assert all("*" not in term[:-1] for term in group)


def test_the_name_of_an_identifier_is_left_over_from_no_name() -> None:
    told = found("c: Dorin Lăpușan, CNP 1630615123457.", "ro")
    assert [kind for kind, _ in told] == [Type.PERSON, Type.NATIONAL_ID]
