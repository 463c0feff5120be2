"""The ledger in the platform: entries in the act's transaction, sequencing, checkpoints, verification.

The names below are the whole of what other apps use. They are bound when first asked for, because Django imports this
package before any model may be.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from callward.web.audit.elsewhere import WitnessState, publish_elsewhere, witness_state
    from callward.web.audit.entries import SYSTEM, Act, record, record_many, refer
    from callward.web.audit.errors import LedgerError
    from callward.web.audit.intents import conclude, intend, open_intents
    from callward.web.audit.reading import may_prove
    from callward.web.audit.sequencing import sequence, sequence_all
    from callward.web.audit.state import LedgerState, check_ledgers, entries_for, ledger_state

__all__ = [
    "SYSTEM",
    "Act",
    "LedgerError",
    "LedgerState",
    "WitnessState",
    "check_ledgers",
    "conclude",
    "entries_for",
    "intend",
    "ledger_state",
    "may_prove",
    "open_intents",
    "publish_elsewhere",
    "record",
    "record_many",
    "refer",
    "sequence",
    "sequence_all",
    "witness_state",
]

_HOMES = {
    "elsewhere": ("WitnessState", "publish_elsewhere", "witness_state"),
    "entries": ("SYSTEM", "Act", "record", "record_many", "refer"),
    "errors": ("LedgerError",),
    "intents": ("conclude", "intend", "open_intents"),
    "reading": ("may_prove",),
    "sequencing": ("sequence", "sequence_all"),
    "state": ("LedgerState", "check_ledgers", "entries_for", "ledger_state"),
}


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(name)
