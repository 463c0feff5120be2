"""What names somebody on a network: e-mail, IP and hardware addresses, user names, profiles.

Spoken e-mail and IP addresses are read by ``spoken``; a spoken user name is a row here, since its signs are words.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from callward.engine.pii.lexicon import sign_words
from callward.engine.pii.model import Evidence, Type
from callward.engine.pii.patterns import words
from callward.engine.pii.recognizer import Assessment, Candidate, Recognizer

_GATEWAYS = (".0.1", ".1.1", ".8.1", ".0.254", ".1.254", ".178.1")
"""How the addresses end at which a router answers in every home that has not changed it."""


def _address(candidate: Candidate) -> Assessment | None:
    """Take what the standard library reads as an address; private ranges belong to a device more than to a person."""
    try:
        four = IPv4Address(".".join(str(int(part)) for part in candidate.text.split(".")))
    except (AddressValueError, ValueError):
        return None
    return Assessment(str(four), of_network(four))


def of_network(four: IPv4Address) -> tuple[Evidence, ...]:
    """Return what speaks against a person behind an address: private ranges, above all where a router answers."""
    if not four.is_private or str(four).startswith(("192.0.2.", "198.51.100.", "203.0.113.")):
        return ()
    if str(four).endswith(_GATEWAYS):
        return (Evidence("form", "default gateway", -0.5),)
    return (Evidence("form", "private range", -0.1),)


def _address_six(candidate: Candidate) -> Assessment | None:
    try:
        six = IPv6Address(candidate.text)
    except AddressValueError:
        return None
    return Assessment(str(six)) if len(candidate.text) > 5 else None


def _email(candidate: Candidate) -> Assessment:
    return Assessment(candidate.text)


def _hardware(candidate: Candidate) -> Assessment | None:
    """Take six pairs that are not all digits and not parted by hyphens alone: that is a row of numbers."""
    value = re.sub("[:-]", "", candidate.text)
    return Assessment(value) if ":" in candidate.text or not value.isdigit() else None


def _profile(candidate: Candidate) -> Assessment:
    """Take a page of somebody: on a network of people the path is a name, elsewhere only beside a cue."""
    text = candidate.text.rstrip(".,;:!?)'")
    social = re.match(r"(?:https?://)?(?:www\.|m\.)?" + _NETWORKS, text) is not None
    path = "/" in text.split("://", 1)[-1].rstrip("/")
    evidence = (Evidence("form", "a page on a network of people", 0.7),) if social and path else ()
    return Assessment(text, evidence, len(text))


def _handle(candidate: Candidate) -> Assessment:
    begin = candidate.text.index("@")
    value = candidate.text[begin:].rstrip("._")
    return Assessment(value, length=begin + len(value), skip=begin)


_SIGNS = sign_words()
_WORDS_OF_TALK = "a an the with no is in and or then after not it's its ett en med i ja ei on cu un een met of geen"
_SAID_OF_SIGNS = frozenset(_WORDS_OF_TALK.split())
_COUNTED = re.compile(r"\d+(?:st|nd|rd|th|am|pm|[kmg]b|kg|km|h|x|er|ste|de|e)")


def _user_name(candidate: Candidate) -> Assessment | None:
    """Take a word with a digit, a dot or an underscore in it; "3pm" and "2nd" are none."""
    text = candidate.text.rstrip("._-")
    if _COUNTED.fullmatch(text) or len(text) < 4 or re.fullmatch(r"[\d.-]+", text):
        return None
    return Assessment(text, length=len(text)) if re.search(r"[0-9_]|[a-z]\.[a-z]", text) else None


def _spoken_user_name(candidate: Candidate) -> Assessment | None:
    """Write the signs that were said, so that the value is the name as it is typed; "an underscore in" is none."""
    value = candidate.text
    said = value.split(" ")
    if said[0] in _SAID_OF_SIGNS or said[-1] in _SAID_OF_SIGNS:
        return None
    for word, sign in _SIGNS.items():
        value = re.sub(rf" {re.escape(word)} ", sign, value)
    return Assessment(value.replace(" ", ""))


_NETWORKS = (
    r"(?:facebook|fb|instagram|linkedin|twitter|x|tiktok|youtube|snapchat|pinterest|github|reddit|threads|t|vk|ok)\."
    r"(?:com|net|me|ru|ee|se)/"
)
_NAME_PART = "[a-z0-9]{1,30}"


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
    Recognizer(
        name="MAC address",
        signless=True,
        type=Type.IP_ADDRESS,
        pattern=r"\b[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}\b",
        score=0.6,
        assess=_hardware,
        ordinary=0.0,
    ),
    Recognizer(
        name="profile",
        signless=True,
        type=Type.USERNAME,
        pattern=r"(?:\bhttps?://|\bwww\.|\b" + _NETWORKS + r")[^ \n\"<>]{3,120}",
        score=0.2,
        assess=_profile,
        context=0.4,
        ordinary=0.0,
    ),
    Recognizer(
        name="handle",
        type=Type.USERNAME,
        pattern=r"(?:^|[ (,:])@[a-z0-9_.]{3,30}\b",
        score=0.6,
        assess=_handle,
        ordinary=0.0,
    ),
    Recognizer(
        name="user name",
        signless=True,
        type=Type.USERNAME,
        pattern=r"\b[a-z0-9]{1,30}(?:[._-][a-z0-9]{1,30}){0,4}\b",
        score=0.15,
        assess=_user_name,
        context=0.5,
        need_context=True,
    ),
    Recognizer(
        name="spoken user name",
        signless=True,
        type=Type.USERNAME,
        pattern=rf"\b(?:[a-z] ){{0,12}}{_NAME_PART}(?: {words(_SIGNS)}(?: [a-z]\b){{0,12}} {_NAME_PART}){{1,4}}\b",
        score=0.2,
        assess=_spoken_user_name,
        context=0.5,
        need_context=True,
    ),
)
