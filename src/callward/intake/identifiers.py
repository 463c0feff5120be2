"""The one form of a phone number, an e-mail address and a customer number that identifies a person.

Blind indexes are computed over these forms, so a change here loses every index: old rows would have
to be computed anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import phonenumbers

_SCHEME: Final = re.compile(r"(?:tel|sips?|callto):", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^\s@<>,;:]{1,64}@[^\s@<>,;:]{1,253}\.[^\s@<>,;:.]{2,63}\Z")
_MAX_LENGTH: Final = 320


def normalise_phone(text: str, countries: Sequence[str]) -> str | None:
    """E.164 of a phone number in any writing, or None.

    A number without a country code is read as one of ``countries`` (ISO 3166 codes, in order): the
    first where it is valid, else the first where it is possible.
    """
    number = _SCHEME.sub("", text.strip(), count=1).split("@")[0].split(";")[0]
    if not number or len(number) > _MAX_LENGTH:
        return None
    read = [found for region in (countries or (None,)) if (found := _phone(number, region)) is not None]
    best = [found for found in read if phonenumbers.is_valid_number(found)] or read
    return phonenumbers.format_number(best[0], phonenumbers.PhoneNumberFormat.E164) if best else None


def _phone(number: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        found = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    return found if phonenumbers.is_possible_number(found) else None


def normalise_email(text: str) -> str | None:
    """An address without ``mailto:`` in Unicode NFC and lower case, or None when it is no address."""
    plain = unicodedata.normalize("NFC", text.strip())
    if len(plain) > _MAX_LENGTH:
        return None
    address = re.sub(r"\Amailto:", "", plain, flags=re.IGNORECASE).split("?")[0].casefold()
    return address if _EMAIL.match(address) else None


def normalise_number(text: str) -> str | None:
    """A customer number as letters and digits alone, in NFKC and upper case, or None when none are left."""
    if len(text) > _MAX_LENGTH:
        return None
    kept = "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign.isalnum())
    return kept or None
