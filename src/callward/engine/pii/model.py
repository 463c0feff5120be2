"""The values of detection: a conversation in, findings out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from callward.engine.errors import Error


class PiiError(Error):
    """Detection or redaction was refused; see ``code``."""


class Type(StrEnum):
    """What kind of personal data a finding is."""

    PERSON = "PERSON"
    ADDRESS = "ADDRESS"
    POSTCODE = "POSTCODE"
    CITY = "CITY"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    PAYMENT_CARD = "PAYMENT_CARD"
    CARD_CVV = "CARD_CVV"
    CARD_EXPIRY = "CARD_EXPIRY"
    IBAN = "IBAN"
    BANK_ACCOUNT = "BANK_ACCOUNT"
    NATIONAL_ID = "NATIONAL_ID"
    PASSPORT = "PASSPORT"
    DRIVING_LICENCE = "DRIVING_LICENCE"
    VEHICLE_PLATE = "VEHICLE_PLATE"
    HEALTH_ID = "HEALTH_ID"
    HEALTH_CONDITION = "HEALTH_CONDITION"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    AGE = "AGE"
    IP_ADDRESS = "IP_ADDRESS"
    USERNAME = "USERNAME"
    PASSWORD = "PASSWORD"  # noqa: S105 - the name of a type, not a secret
    ACCOUNT_NUMBER = "ACCOUNT_NUMBER"
    TAX_ID = "TAX_ID"
    ORGANISATION = "ORGANISATION"
    SPECIAL_CATEGORY = "SPECIAL_CATEGORY"
    CONVICTION = "CONVICTION"


class Sensitivity(StrEnum):
    """How sure a finding must be. ``strict`` is for the second pass over text that should hold nothing any more."""

    NORMAL = "normal"
    STRICT = "strict"


class About(StrEnum):
    """Whom a finding is about; also who speaks a turn."""

    CALLER = "caller"
    AGENT = "agent"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the conversation. Times are whole milliseconds from the start of the call."""

    speaker: About
    text: str
    start_ms: int | None = None
    end_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """What is searched. ``countries`` (ISO 3166-1 alpha-2) say whose phone numbers and identifiers to expect.

    ``struck`` says that the texts come from ``blank_labels``: only then does its mark stand for what was redacted.
    """

    turns: tuple[Turn, ...]
    language: str | None = None  # ISO 639-1
    countries: tuple[str, ...] = ()
    struck: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Code points ``[start, end)`` of ``conversation.turns[turn].text``."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a finding has its score: which check passed or failed, which context word stood near."""

    kind: str  # "pattern" | "check" | "context" | "question" | "echo" | ...
    detail: str  # the rule's or lexicon's own word, never text of the call outside the lexicon
    weight: float


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of personal data, perhaps said in parts over several turns.

    ``value`` is the normalised value (digits of a card, lower-case e-mail, ISO date ...) and is
    personal data itself: it may be compared and masked, never logged.
    """

    type: Type
    spans: tuple[Span, ...]  # ordered, not overlapping, at least one
    score: float  # 0..1
    rule: str  # name of the recognizer that found it
    spoken: bool  # said in words rather than written in digits and signs
    about: About
    value: str
    evidence: tuple[Evidence, ...] = ()
