"""What the ledger in the platform refuses."""

from __future__ import annotations

from callward.engine.errors import Error


class LedgerError(Error):
    """Codes: ``ledger_outside_transaction``, ``ledger_smaller``, ``ledger_forked``, ``ledger_entry_refused``, ..."""
