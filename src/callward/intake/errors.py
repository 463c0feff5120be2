"""What intake refuses."""

from __future__ import annotations

from callward.engine.errors import Error


class IntakeError(Error):
    """A source or its facts were refused; see ``code``. The detail never holds a file's name: names hold numbers.

    ``row`` is the number of the row that was refused within a file of many, from 1 and with its head; 0 otherwise.
    """

    row: int = 0


def refused_row(number: int, detail: str) -> IntakeError:
    """The refusal of one row of a file of call records: ``record_row``."""
    error = IntakeError("record_row", detail)
    error.row = number
    return error
