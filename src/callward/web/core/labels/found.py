"""Words for what is found in calls: categories and types of personal data, and what is done with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CATEGORIES: Mapping[str, StrPromise] = {
    "payment": _("payment"),
    "financial": _("financial"),
    "identity": _("identity"),
    "contact": _("contact"),
    "health": _("health"),
    "special": _("special category"),
    "location": _("location"),
    "online": _("online"),
    "criminal": _("convictions and offences"),
    "child": _("children"),
}

TYPES: Mapping[str, StrPromise] = {
    "PERSON": _("name"),
    "ADDRESS": _("address"),
    "POSTCODE": _("postcode"),
    "CITY": _("city"),
    "PHONE": _("phone number"),
    "EMAIL": _("e-mail"),
    "PAYMENT_CARD": _("card number"),
    "CARD_CVV": _("security code"),
    "CARD_EXPIRY": _("card expiry"),
    "IBAN": _("IBAN"),
    "BANK_ACCOUNT": _("bank account"),
    "NATIONAL_ID": _("national id"),
    "PASSPORT": _("passport"),
    "DRIVING_LICENCE": _("driving licence"),
    "VEHICLE_PLATE": _("number plate"),
    "HEALTH_ID": _("health number"),
    "HEALTH_CONDITION": _("health condition"),
    "DATE_OF_BIRTH": _("date of birth"),
    "AGE": _("age"),
    "IP_ADDRESS": _("IP address"),
    "USERNAME": _("user name"),
    "PASSWORD": _("password"),
    "ACCOUNT_NUMBER": _("account number"),
    "TAX_ID": _("tax number"),
    "ORGANISATION": _("organisation"),
    "SPECIAL_CATEGORY": _("special category"),
    "CONVICTION": _("conviction or offence"),
}

OPERATORS: Mapping[str, StrPromise] = {
    "mask": _("mask it"),
    "replace": _("replace it by its type"),
    "pseudonym": _("replace it by a pseudonym"),
    "generalise": _("keep the year, the age group, the area"),
    "hash": _("replace it by a keyed code"),
    "keep": _("keep it readable"),
}
