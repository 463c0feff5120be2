"""The vault: everything that other apps may ask of the keys. They import this module and nothing behind it."""

from __future__ import annotations

from callward.web.keys.digests import (
    InputDigester,
    InputDigests,
    claim_input,
    claimed_call,
    find_person,
    forget_call,
    index_person,
    suppress_call,
    suppressed,
    sweep_suppressed,
)
from callward.web.keys.epochs import forget_epoch_keys, open_controller, service_key
from callward.web.keys.errors import KeyGone, KeyUnavailable
from callward.web.keys.persons import (
    data_key,
    delete_custody_key,
    delete_data_key,
    delete_person_key,
    discard_person_key,
    hold_under_custody,
    keep_data_keys,
    new_data_key,
    new_person_key,
    record_key,
    sweep_dead_keys,
    sweep_lone_persons,
)

__all__ = [
    "InputDigester",
    "InputDigests",
    "KeyGone",
    "KeyUnavailable",
    "claim_input",
    "claimed_call",
    "data_key",
    "delete_custody_key",
    "delete_data_key",
    "delete_person_key",
    "discard_person_key",
    "find_person",
    "forget_call",
    "forget_epoch_keys",
    "hold_under_custody",
    "index_person",
    "keep_data_keys",
    "new_data_key",
    "new_person_key",
    "open_controller",
    "record_key",
    "service_key",
    "suppress_call",
    "suppressed",
    "sweep_dead_keys",
    "sweep_lone_persons",
    "sweep_suppressed",
]
