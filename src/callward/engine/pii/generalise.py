"""Generalisation: less of a value, but still something to count with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from callward.engine.pii.model import Type
from callward.engine.pii.operators import Place

_BAND = 10
_OLDEST = 90  # ages above 89 are one band: 45 CFR 164.514(b)(2)(i)(C)
_YEAR = re.compile(r"(1[89]\d\d|20\d\d)-\d\d-\d\d")
_UNITED_KINGDOM = re.compile(r"([a-z]{1,2})\d[a-z\d]?\d[a-z]{2}")
_DIGITS_KEPT = 2


@dataclass(frozen=True, slots=True)
class Generalise:
    """Put the year of a date of birth, the ten years of an age, the area of a postcode, the network of an address.

    A British postcode keeps its area, any other its first two digits; an IPv4 address keeps 24 bits, an IPv6 address
    48. Where the value cannot be read, and for every other type, the type stands alone.
    """

    def __call__(self, place: Place, key: bytes | None) -> str:
        rule = _RULES.get(place.finding.type)
        kept = rule(place.finding.value) if rule else ""
        return f"[{place.finding.type} {kept}]" if kept else f"[{place.finding.type}]"


def _year(value: str) -> str:
    date = _YEAR.fullmatch(value)
    return date.group(1) if date else ""


def _band(value: str) -> str:
    if not (value.isascii() and value.isdigit() and len(value) <= 3):
        return ""
    age = int(value)
    low = age // _BAND * _BAND
    return f"{_OLDEST}+" if age >= _OLDEST else f"{low}-{low + _BAND - 1}"


def _area(value: str) -> str:
    compact = "".join(character for character in value.lower() if character.isalnum())
    british = _UNITED_KINGDOM.fullmatch(compact)
    if british:
        return british.group(1).upper() + "***"
    digits = compact.lstrip("abcdefghijklmnopqrstuvwxyz")[:_DIGITS_KEPT]
    return digits + "***" if len(digits) == _DIGITS_KEPT and digits.isdigit() else ""


def _network(value: str) -> str:
    try:
        address: IPv4Address | IPv6Address = ip_address(value)
    except ValueError:
        return ""
    bits, kept = (32, 24) if address.version == 4 else (128, 48)
    first = int(address) >> (bits - kept) << (bits - kept)
    return f"{type(address)(first)}/{kept}"


_RULES = {Type.DATE_OF_BIRTH: _year, Type.AGE: _band, Type.POSTCODE: _area, Type.IP_ADDRESS: _network}
