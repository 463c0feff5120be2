"""What telephone systems write down about calls: read into facts, and joined with recordings by id or file name.

Only the fields that are named here are ever read. Keyed digits, customers' attributes and whatever else a system
writes beside them never leave the bytes that were handed in.
"""

from callward.intake.given import Disposition
from callward.intake.records.matching import RecordIndex
from callward.intake.records.model import CallRecord
from callward.intake.records.placing import given_of
from callward.intake.records.reading import MAX_RECORDS, RecordFile, looks_like_records, read_records

__all__ = [
    "MAX_RECORDS",
    "CallRecord",
    "Disposition",
    "RecordFile",
    "RecordIndex",
    "given_of",
    "looks_like_records",
    "read_records",
]
