"""What intake refuses."""

from __future__ import annotations

from callward.engine.errors import Error


class IntakeError(Error):
    """A source or its facts were refused; see ``code``. The detail never holds a file's name: names hold numbers."""
