"""Every recognizer, in one list. Each module declares rows; adding one is adding it here."""

from callward.engine.pii.recognizer import Recognizer
from callward.engine.pii.recognizers import card, dates, iban, national, online, phone

RECOGNIZERS: tuple[Recognizer, ...] = (*card.ROWS, *iban.ROWS, *national.ROWS, *dates.ROWS, *online.ROWS, *phone.ROWS)

__all__ = ["RECOGNIZERS"]
