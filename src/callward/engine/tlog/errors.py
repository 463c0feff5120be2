"""What the ledger engine refuses, and how it says no."""

from __future__ import annotations

from callward.engine.errors import Error


class LogError(Error):
    """Something could not be read or answered: malformed, too large, missing, out of range."""


class RefutedError(LogError):
    """Something well-formed was checked and does not hold: a signature, a root, a proof, a quorum.

    Whoever reports to people tells the two apart: ``RefutedError`` is a clean no, any other
    ``LogError`` means that the question could not be answered.
    """
