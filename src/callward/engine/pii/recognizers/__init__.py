"""Every recognizer, in one list. Each module declares rows; adding one is adding it here."""

from callward.engine.pii.recognizer import Recognizer
from callward.engine.pii.recognizers import (
    america,
    belgium,
    britain,
    card,
    dates,
    estonia,
    everywhere,
    iban,
    ireland,
    netherlands,
    online,
    phone,
    romania,
    sweden,
)

RECOGNIZERS: tuple[Recognizer, ...] = (
    *card.ROWS,
    *iban.ROWS,
    *sweden.ROWS,
    *estonia.ROWS,
    *romania.ROWS,
    *netherlands.ROWS,
    *belgium.ROWS,
    *britain.ROWS,
    *ireland.ROWS,
    *america.ROWS,
    *everywhere.ROWS,
    *dates.ROWS,
    *online.ROWS,
    *phone.ROWS,
)

__all__ = ["RECOGNIZERS"]
