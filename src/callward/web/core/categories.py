"""The seven categories in which personal data is shown: one letter and one hue each, everywhere the same."""

from __future__ import annotations

from enum import StrEnum

from callward.engine.pii import Type


class Category(StrEnum):
    """What kind of life a finding touches; finer than nothing, coarser than a type."""

    PAYMENT = "payment"
    IDENTITY = "identity"
    CONTACT = "contact"
    HEALTH = "health"
    SPECIAL = "special"
    LOCATION = "location"
    ONLINE = "online"

    @property
    def letter(self) -> str:
        return self.value[0].upper()


CATEGORY_OF = {
    Type.PERSON: Category.IDENTITY,
    Type.ADDRESS: Category.LOCATION,
    Type.POSTCODE: Category.LOCATION,
    Type.CITY: Category.LOCATION,
    Type.PHONE: Category.CONTACT,
    Type.EMAIL: Category.CONTACT,
    Type.PAYMENT_CARD: Category.PAYMENT,
    Type.CARD_CVV: Category.PAYMENT,
    Type.CARD_EXPIRY: Category.PAYMENT,
    Type.IBAN: Category.PAYMENT,
    Type.BANK_ACCOUNT: Category.PAYMENT,
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
    Type.ACCOUNT_NUMBER: Category.IDENTITY,
    Type.TAX_ID: Category.IDENTITY,
    Type.ORGANISATION: Category.IDENTITY,
    Type.SPECIAL_CATEGORY: Category.SPECIAL,
}
