"""Which class of personal data each type belongs to, which classes a call holds, and what is masked everywhere."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum

from callward.engine.pii.model import Conversation, Finding, Type
from callward.engine.pii.sensitive import CHILD, CRIMINAL, turns_about

_OF_AGE = 18


class Category(StrEnum):
    """The classes a person who reads a list of findings thinks in."""

    CONTACT = "contact"
    IDENTITY = "identity"
    PAYMENT = "payment"
    FINANCIAL = "financial"
    HEALTH = "health"
    SPECIAL = "special"
    LOCATION = "location"
    ONLINE = "online"
    CRIMINAL = "criminal"  # convictions; of a call: offences are spoken of
    CHILD = "child"  # of a call: it is about a child

    @property
    def letter(self) -> str:
        """One capital letter that stands beside the colour, so that colour is never the only sign."""
        return _LETTERS[self]


_LETTERS = {
    Category.CONTACT: "C",
    Category.IDENTITY: "I",
    Category.PAYMENT: "P",
    Category.FINANCIAL: "F",
    Category.HEALTH: "H",
    Category.SPECIAL: "S",
    Category.LOCATION: "L",
    Category.ONLINE: "O",
    Category.CRIMINAL: "J",
    Category.CHILD: "M",
}

_CATEGORIES = {
    Type.PERSON: Category.IDENTITY,
    Type.ADDRESS: Category.LOCATION,
    Type.POSTCODE: Category.LOCATION,
    Type.CITY: Category.LOCATION,
    Type.PHONE: Category.CONTACT,
    Type.EMAIL: Category.CONTACT,
    Type.PAYMENT_CARD: Category.PAYMENT,
    Type.CARD_CVV: Category.PAYMENT,
    Type.CARD_EXPIRY: Category.PAYMENT,
    Type.IBAN: Category.FINANCIAL,
    Type.BANK_ACCOUNT: Category.FINANCIAL,
    Type.NATIONAL_ID: Category.IDENTITY,
    Type.PASSPORT: Category.IDENTITY,
    Type.DRIVING_LICENCE: Category.IDENTITY,
    Type.VEHICLE_PLATE: Category.IDENTITY,
    Type.HEALTH_ID: Category.HEALTH,
    Type.HEALTH_CONDITION: Category.HEALTH,
    Type.DATE_OF_BIRTH: Category.IDENTITY,
    Type.AGE: Category.IDENTITY,
    Type.IP_ADDRESS: Category.ONLINE,
    Type.USERNAME: Category.ONLINE,
    Type.PASSWORD: Category.ONLINE,
    Type.ACCOUNT_NUMBER: Category.FINANCIAL,
    Type.TAX_ID: Category.FINANCIAL,
    Type.ORGANISATION: Category.IDENTITY,
    Type.SPECIAL_CATEGORY: Category.SPECIAL,
    Type.CONVICTION: Category.CRIMINAL,
}

ALL_CHANNEL_TYPES = frozenset(
    {Type.PAYMENT_CARD, Type.CARD_CVV, Type.CARD_EXPIRY, Type.PASSWORD, Type.NATIONAL_ID},
)
"""Types that are masked on all channels, whoever spoke (design section 4a)."""


def category(kind: Type) -> Category:
    """Return the class of ``kind``; every type has exactly one."""
    return _CATEGORIES[kind]


def call_classes(conversation: Conversation, findings: tuple[Finding, ...]) -> dict[Category, int]:
    """Return the classes of personal data that a call holds, with how many findings there are of each.

    Offences and children are more often spoken of than found: those two count the turns that do, for children also
    the ages below 18 years.
    """
    counts = Counter(category(finding.type) for finding in findings)
    counts[Category.CRIMINAL] = max(counts[Category.CRIMINAL], len(turns_about(conversation, CRIMINAL)))
    ages = [finding.value for finding in findings if finding.type is Type.AGE and finding.value.isdigit()]
    counts[Category.CHILD] = len(turns_about(conversation, CHILD)) + sum(int(age) < _OF_AGE for age in ages)
    return {kind: count for kind, count in counts.items() if count}
