"""E-mail and IP addresses as they are written; spoken ones are read by ``spoken``."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv4Address, IPv6Address

from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer


def _address(candidate: Candidate) -> Assessment | None:
    """Take what the standard library reads as an address; private ranges belong to a device more than to a person."""
    try:
        four = IPv4Address(".".join(str(int(part)) for part in candidate.text.split(".")))
    except (AddressValueError, ValueError):
        return None
    private = four.is_private and not str(four).startswith(("192.0.2.", "198.51.100.", "203.0.113."))
    return Assessment(str(four), (Evidence("form", "private range", -0.1),) if private else ())


def _address_six(candidate: Candidate) -> Assessment | None:
    try:
        six = IPv6Address(candidate.text)
    except AddressValueError:
        return None
    return Assessment(str(six)) if len(candidate.text) > 5 else None


def _email(candidate: Candidate) -> Assessment:
    return Assessment(candidate.text)


ROWS = (
    Recognizer(
        name="e-mail",
        type=Type.EMAIL,
        pattern=r"[a-z0-9?][a-z0-9._%+'?-]{0,63}@(?:[a-z0-9?-]{1,63}\.){1,8}[a-z]{2,24}\b",
        score=0.95,
        assess=_email,
        ordinary=0.0,
    ),
    Recognizer(
        name="IPv4",
        type=Type.IP_ADDRESS,
        pattern=r"\b\d{1,3}(?:\.\d{1,3}){3,}\b",
        score=0.6,
        assess=_address,
        context=0.3,
    ),
    Recognizer(
        name="IPv6",
        type=Type.IP_ADDRESS,
        pattern=r"(?:\b[0-9a-f]{1,4}:|:)(?::?[0-9a-f]{1,4}:?){1,7}\b",
        score=0.7,
        assess=_address_six,
        context=0.3,
    ),
)
