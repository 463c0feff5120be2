"""Which recording a call record belongs to: by the file it names, or by an id in the file's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from callward.intake.records.model import CallRecord

_ENDING: Final = re.compile(r"(?:\.[A-Za-z0-9]{1,5}){1,2}\Z")
# Ids as they stand in names of recordings: Asterisk's time and serial, UUIDs, Twilio's 34 signs.
_IDS: Final = re.compile(
    r"\d{9,10}\.\d{1,9}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|(?:CA|RE)[0-9a-fA-F]{32}"
)


class RecordIndex:
    """The call records of one run, the legs of one call joined, found by what names a recording."""

    def __init__(self, records: Iterable[CallRecord]) -> None:
        self._calls: dict[str, CallRecord] = {}
        self._of_id: dict[str, str] = {}
        self._of_file: dict[str, str] = {}
        for record in records:
            self._add(record)

    def __len__(self) -> int:
        return len(self._calls)

    def of(self, name: str) -> CallRecord | None:
        """The record of the recording with that file name; None where none or several would do."""
        stem = _ENDING.sub("", name)
        key = self._of_file.get(name.lower()) or self._of_file.get(stem.lower()) or self._of_id.get(stem)
        if key is None:
            named = {self._of_id[found] for found in _IDS.findall(name) if found in self._of_id}
            key = named.pop() if len(named) == 1 else None
        return self._calls[key] if key is not None else None

    def without(self, claimed: Iterable[str]) -> Iterator[CallRecord]:
        """The records that no recording was found for; ``claimed`` are the first ids of the others."""
        taken = set(claimed)
        for record in self._calls.values():
            if record.ids[0] not in taken:
                yield record

    def _add(self, record: CallRecord) -> None:
        key = next((self._of_id[one] for one in record.ids if one in self._of_id), record.ids[0])
        known = self._calls.get(key)
        # What describes a recording comes second: the call's own record names the call.
        if known is not None and record.in_log and not known.in_log:
            joined = record.with_leg(known)
        else:
            joined = known.with_leg(record) if known is not None else record
        self._calls[key] = joined
        for one in record.ids:
            self._of_id[one] = key
        for name in record.recordings:
            self._of_file[name.lower()] = key
            self._of_file[_ENDING.sub("", name).lower()] = key
