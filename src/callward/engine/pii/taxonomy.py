"""What each type is called in the vocabularies that registers and other tools read: Fideslang and W3C DPV.

The Fideslang keys are those of its default taxonomy 3.1 (CC BY 4.0); the DPV terms those of DPV 2.2, ``pd:`` its
personal-data extension ("VehicalLicenseNumber" is DPV's own spelling). Articles are those of the GDPR.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple

from callward.engine.pii.model import Type


class Level(IntEnum):
    """How much harm a leak does."""

    LOW = 1
    NORMAL = 2
    HIGH = 3  # financial, official identifiers, location, children
    HIGHEST = 4  # special categories, convictions, credentials, sensitive authentication data


class Term(NamedTuple):
    """One type in other vocabularies. ``law`` names what sets it apart from other personal data; may be empty."""

    fides: str
    dpv: str
    level: Level
    law: str = ""


_GOVERNMENT = "user.government_id."

TERMS: Mapping[Type, Term] = {
    Type.PERSON: Term("user.name", "pd:Name", Level.NORMAL),
    Type.ADDRESS: Term("user.contact.address", "pd:PhysicalAddress", Level.NORMAL),
    Type.POSTCODE: Term("user.location.imprecise", "pd:PostalCode", Level.LOW),
    Type.CITY: Term("user.location.imprecise", "pd:PhysicalAddress", Level.LOW),
    Type.PHONE: Term("user.contact.phone_number", "pd:TelephoneNumber", Level.NORMAL),
    Type.EMAIL: Term("user.contact.email", "pd:EmailAddress", Level.NORMAL),
    Type.PAYMENT_CARD: Term("user.financial.credit_card", "pd:PaymentCardNumber", Level.HIGH, "PCI DSS 3.5.1"),
    Type.CARD_CVV: Term("user.financial.credit_card", "pd:PINCode", Level.HIGHEST, "PCI DSS 3.3.1.2"),
    Type.CARD_EXPIRY: Term("user.financial.credit_card", "pd:PaymentCardNumber", Level.HIGH, "PCI DSS 3.2.1"),
    Type.IBAN: Term("user.financial.bank_account", "pd:BankAccount", Level.HIGH),
    Type.BANK_ACCOUNT: Term("user.financial.bank_account", "pd:BankAccount", Level.HIGH),
    Type.NATIONAL_ID: Term(_GOVERNMENT + "national_identification_number", "pd:OfficialID", Level.HIGH, "Art. 87"),
    Type.PASSPORT: Term(_GOVERNMENT + "passport_number", "pd:Passport", Level.HIGH),
    Type.DRIVING_LICENCE: Term(_GOVERNMENT + "drivers_license_number", "pd:OfficialID", Level.HIGH),
    Type.VEHICLE_PLATE: Term(_GOVERNMENT + "vehicle_registration", "pd:VehicalLicenseNumber", Level.NORMAL),
    Type.HEALTH_ID: Term("user.health_and_medical.record_id", "pd:HealthRecord", Level.HIGHEST, "Art. 9"),
    Type.HEALTH_CONDITION: Term("user.health_and_medical", "pd:Health", Level.HIGHEST, "Art. 9"),
    Type.DATE_OF_BIRTH: Term("user.demographic.date_of_birth", "pd:BirthDate", Level.NORMAL),
    Type.AGE: Term("user.demographic.date_of_birth", "pd:BirthDate", Level.NORMAL),
    Type.IP_ADDRESS: Term("user.device", "pd:DeviceBased", Level.NORMAL),
    Type.USERNAME: Term("user.unique_id", "pd:UID", Level.NORMAL),
    Type.PASSWORD: Term("user.authorization.credentials", "pd:Authenticating", Level.HIGHEST),
    Type.ACCOUNT_NUMBER: Term("user.unique_id", "pd:UID", Level.NORMAL),
    Type.TAX_ID: Term("user.financial", "pd:Tax", Level.HIGH),
    Type.ORGANISATION: Term("user.workplace", "pd:Professional", Level.NORMAL),
    Type.SPECIAL_CATEGORY: Term("user.demographic", "dpv:SpecialCategoryPersonalData", Level.HIGHEST, "Art. 9"),
    Type.CONVICTION: Term("user.criminal_history", "pd:CriminalConviction", Level.HIGHEST, "Art. 10"),
}

_SPECIAL: Mapping[str, Term] = {
    "RELIGION": Term("user.demographic.religious_belief", "pd:ReligiousBelief", Level.HIGHEST, "Art. 9"),
    "POLITICS": Term("user.demographic.political_opinion", "pd:PoliticalOpinion", Level.HIGHEST, "Art. 9"),
    "UNION": Term("user.workplace", "pd:TradeUnionMembership", Level.HIGHEST, "Art. 9"),
    "ETHNICITY": Term("user.demographic.race_ethnicity", "pd:EthnicOrigin", Level.HIGHEST, "Art. 9"),
    "SEXUALITY": Term("user.demographic.sexual_orientation", "pd:SexualPreference", Level.HIGHEST, "Art. 9"),
}


def term(kind: Type, value: str = "") -> Term:
    """Return what ``kind`` is called elsewhere; the value of a special category says which one it is."""
    return _SPECIAL.get(value, TERMS[kind]) if kind is Type.SPECIAL_CATEGORY else TERMS[kind]
