"""A generated corpus of call transcripts in five languages, for the speed of detection.

The sentences stand in the text files beside this module, one a line. A call has 60 turns of one or two sentences
(five to thirty words); half of the calls are written with capitals and marks, half as speech recognition writes
them. About one turn in ten holds something personal, of every kind in turn. The seed is fixed: the same size gives
the same calls.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from callward.engine.pii import About, Conversation, Turn

LANGUAGES = ("en", "et", "nl", "ro", "sv")
_TURNS = 60
_MARKS = re.compile(r"[^\w\s@.+-]|[.-](?=\s|$)")
_DIGITS = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "et": ("null", "üks", "kaks", "kolm", "neli", "viis", "kuus", "seitse", "kaheksa", "üheksa"),
    "nl": ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen"),
    "ro": ("zero", "unu", "doi", "trei", "patru", "cinci", "șase", "șapte", "opt", "nouă"),
    "sv": ("noll", "ett", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio"),
}
_AT = {
    "en": ("at", "dot"), "et": ("ät", "punkt"), "nl": ("apenstaartje", "punt"), "ro": ("arond", "punct"),
    "sv": ("snabel-a", "punkt"),
}  # fmt: skip
_GIVEN = {
    "en": ("Rowena", "Gareth", "Imogen", "Callum"), "et": ("Maarika", "Indrek", "Kersti", "Rain"),
    "nl": ("Marijke", "Joost", "Femke", "Sander"), "ro": ("Ilinca", "Răzvan", "Smaranda", "Dragoș"),
    "sv": ("Annika", "Göran", "Linnea", "Håkan"),
}  # fmt: skip
_SURNAMES = {
    "en": ("Ashdown", "Pickering", "Marlowe"), "et": ("Kaljuste", "Põldoja", "Tammsalu"),
    "nl": ("Verhoeven", "de Bruin", "Hoekstra"), "ro": ("Ungureanu", "Bălan", "Crăciun"),
    "sv": ("Lindvall", "Åkesson", "Bergdahl"),
}  # fmt: skip
_STREETS = {
    "en": ("12 Mill Lane, Otterbury", "flat 4, 87 Harbour Road, Wexcombe"),
    "et": ("Kase 14-3, Rakvere", "Pika tänava maja 7, Võru"),
    "nl": ("Wilgenlaan 28, Zutphen", "Kerkstraat 9 bis, Hoorn"),
    "ro": ("Strada Teiului numărul 15, Bacău", "Bulevardul Gării 40, Slatina"),
    "sv": ("Ekbacken 6, Mariestad", "Björkgatan 31 B, Falun"),
}
_SAID = {
    "en": {
        "name": "My name is {}.", "address": "I live at {}.", "phone": "My mobile number is {}.",
        "email": "You can send it to my email, {}.", "card": "The card number is {}.",
        "cvv": "The security code is {}.",
        "expiry": "It expires {}.", "iban": "The IBAN is {}.", "id": "My national insurance number is {}.",
        "born": "My date of birth is {}.", "customer": "The customer number is {}.", "plate": "The registration is {}.",
        "health": "I have had {} since the spring.", "password": "The password is {}.",
        "postcode": "The postcode is {}.",
        "ip": "It was logged in from {}.", "age": "My daughter is {} years old.",
    },
    "sv": {
        "name": "Jag heter {}.", "address": "Jag bor på {}.", "phone": "Mitt mobilnummer är {}.",
        "email": "Skicka det till min mejl, {}.", "card": "Kortnumret är {}.", "cvv": "Säkerhetskoden är {}.",
        "expiry": "Det går ut {}.", "iban": "IBAN är {}.", "id": "Mitt personnummer är {}.",
        "born": "Jag är född {}.",
        "customer": "Kundnumret är {}.", "plate": "Registreringsnumret är {}.",
        "health": "Jag har haft {} sedan i våras.",
        "password": "Lösenordet är {}.", "postcode": "Postnumret är {}.", "ip": "Inloggning från {}.",
        "age": "Min dotter är {} år gammal.",
    },
    "et": {
        "name": "Minu nimi on {}.", "address": "Ma elan aadressil {}.", "phone": "Minu telefoninumber on {}.",
        "email": "Saatke see mu meilile, {}.", "card": "Kaardi number on {}.", "cvv": "Turvakood on {}.",
        "expiry": "See aegub {}.", "iban": "IBAN on {}.", "id": "Minu isikukood on {}.", "born": "Olen sündinud {}.",
        "customer": "Kliendinumber on {}.", "plate": "Auto number on {}.", "health": "Mul on kevadest saadik {}.",
        "password": "Parool on {}.", "postcode": "Sihtnumber on {}.", "ip": "Sisse logiti aadressilt {}.",
        "age": "Mu tütar on {} aastat vana.",
    },
    "ro": {
        "name": "Mă numesc {}.", "address": "Locuiesc pe {}.", "phone": "Numărul meu de telefon este {}.",
        "email": "Trimiteți pe e-mail, la {}.", "card": "Numărul cardului este {}.", "cvv": "Codul CVV este {}.",
        "expiry": "Expiră în {}.", "iban": "IBAN-ul este {}.", "id": "CNP-ul meu este {}.",
        "born": "M-am născut pe {}.",
        "customer": "Codul de client este {}.", "plate": "Numărul de înmatriculare este {}.",
        "health": "Am {} din primăvară.", "password": "Parola este {}.", "postcode": "Codul poștal este {}.",
        "ip": "S-a intrat de pe adresa IP {}.", "age": "Fiica mea are {} ani.",
    },
    "nl": {
        "name": "Mijn naam is {}.", "address": "Ik woon op {}.", "phone": "Mijn mobiele nummer is {}.",
        "email": "Stuur het naar mijn e-mail, {}.", "card": "Het kaartnummer is {}.",
        "cvv": "De beveiligingscode is {}.",
        "expiry": "Hij verloopt {}.", "iban": "Mijn IBAN is {}.", "id": "Mijn burgerservicenummer is {}.",
        "born": "Ik ben geboren op {}.", "customer": "Het klantnummer is {}.", "plate": "Het kenteken is {}.",
        "health": "Ik heb sinds het voorjaar {}.", "password": "Het wachtwoord is {}.",
        "postcode": "De postcode is {}.",
        "ip": "Er is ingelogd vanaf {}.", "age": "Mijn dochter is {} jaar oud.",
    },
}  # fmt: skip
_HEALTH = {"en": "asthma", "et": "diabeet", "nl": "reuma", "ro": "diabet", "sv": "astma"}
_MONTHS = {"en": "March", "et": "märts", "nl": "maart", "ro": "martie", "sv": "mars"}
_IBANS = {
    "en": "GB29 NWBK 6016 1331 9268 19", "et": "EE38 2200 2210 2014 5685", "nl": "NL91 ABNA 0417 1643 00",
    "ro": "RO49 AAAA 1B31 0075 9384 0000", "sv": "SE45 5000 0000 0583 9825 7466",
}  # fmt: skip
_PLATES = {"en": "AB12 CDE", "et": "123 ABC", "nl": "KH-582-Z", "ro": "B 123 ABC", "sv": "ABC 12D"}
_PHONES = {"en": "07700 900", "et": "5123 4", "nl": "06 1234 5", "ro": "0712 345 ", "sv": "070-174 06 "}
_IDS = {"en": "QQ 12 34 56 C", "et": "37605030299", "nl": "111222333", "ro": "1960523120019", "sv": "900118-9811"}
_POSTCODES = {"en": "SW1A 1AA", "et": "51009", "nl": "1234 AB", "ro": "010011", "sv": "114 55"}
_CARDS = ("4111 1111 1111 1111", "5555 5555 5555 4444", "3782 822463 10005", "4012 8888 8888 1881")


def _value(kind: str, language: str, chance: random.Random) -> str:
    """Return a value of the kind, from test numbers and made-up ones."""
    three = f"{chance.randrange(100, 1000)}"
    given, surname = chance.choice(_GIVEN[language]), chance.choice(_SURNAMES[language])
    return {
        "name": f"{given} {surname}", "address": chance.choice(_STREETS[language]), "phone": _PHONES[language] + three,
        "email": f"{given.lower()}{three}@example.com", "card": chance.choice(_CARDS), "cvv": three,
        "expiry": f"{chance.randrange(1, 13):02}/{chance.randrange(26, 32)}", "iban": _IBANS[language],
        "id": _IDS[language], "born": f"{chance.randrange(1, 29)} {_MONTHS[language]} {chance.randrange(1940, 2005)}",
        "customer": three + f"{chance.randrange(10000, 99999)}", "plate": _PLATES[language],
        "health": _HEALTH[language],
        "password": f"{surname.split()[-1].lower()}{three}", "postcode": _POSTCODES[language],
        "ip": f"192.0.2.{chance.randrange(1, 255)}", "age": f"{chance.randrange(2, 90)}",
    }[kind]  # fmt: skip


def _spoken(text: str, language: str, *, mail: bool) -> str:
    """Say a written value: digit by digit, an e-mail address with its signs in words."""
    at, dot = _AT[language]
    if mail:
        text = text.replace("@", f" {at} ").replace(".", f" {dot} ")
    said = re.sub(r"\d", lambda digit: f" {_DIGITS[language][int(digit.group())]} ", text)
    return " ".join(_MARKS.sub(" ", said).split()).lower()


def _personal(language: str, chance: random.Random, *, speech: bool) -> str:
    kind = chance.choice(tuple(_SAID["en"]))
    value = _value(kind, language, chance)
    before, after = _SAID[language][kind].split("{}")
    if not speech:
        return before + value + after
    return " ".join(f"{_MARKS.sub(' ', before)} {_spoken(value, language, mail=kind == 'email')} {after[:-1]}".split())


def _sentences() -> dict[str, list[str]]:
    folder = Path(__file__).parent
    return {code: (folder / f"{code}.txt").read_text("utf-8").splitlines() for code in LANGUAGES}


def calls(size: int, seed: int = 1) -> Iterator[Conversation]:
    """Yield calls until there are ``size`` bytes of text (UTF-8)."""
    chance = random.Random(seed)
    said = _sentences()
    while size > 0:
        language = chance.choice(LANGUAGES)
        speech = chance.random() < 0.5
        turns = []
        for number in range(_TURNS):
            text = " ".join(chance.choice(said[language]) for _ in range(chance.choice((1, 1, 1, 2))))
            if speech:
                text = " ".join(_MARKS.sub(" ", text).split()).lower()
            if chance.random() < 0.1:
                text += " " + _personal(language, chance, speech=speech)
            turns.append(Turn((About.AGENT, About.CALLER)[number % 2], text))
            size -= len(text.encode())
        yield Conversation(tuple(turns), language)
