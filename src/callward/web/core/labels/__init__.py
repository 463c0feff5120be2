"""Every code as a word or sentence, in one place: engines and rows carry codes, people read this.

One module a theme, one dictionary an area. Add codes to the area they belong to; a test proves each area total. Legal
terms follow docs/glossary.md.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from callward.web.core.labels.actions import ACTIONS
from callward.web.core.labels.faults import BACKUP_FAULTS, FEED_FAULTS, JOB_FAULTS, JOBS, WITNESS_FAULTS
from callward.web.core.labels.found import CATEGORIES, OPERATORS, TYPES
from callward.web.core.labels.keeping import CONFLICTS, ENDINGS, ERASURE_GROUNDS, EVENTS, ITEMS, PURPOSES
from callward.web.core.labels.parties import FACTORS, OUTCOMES, PARTIES, ROLES, SPEAKERS
from callward.web.core.labels.refusals import REFUSALS
from callward.web.core.labels.reviews import DECISIONS, NEEDS, REASONS, REASONS_SHORT

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

__all__ = [
    "ACTIONS",
    "AREAS",
    "BACKUP_FAULTS",
    "CATEGORIES",
    "CONFLICTS",
    "DECISIONS",
    "ENDINGS",
    "ERASURE_GROUNDS",
    "EVENTS",
    "FACTORS",
    "FEED_FAULTS",
    "ITEMS",
    "JOBS",
    "JOB_FAULTS",
    "NEEDS",
    "OPERATORS",
    "OUTCOMES",
    "PARTIES",
    "PURPOSES",
    "REASONS",
    "REASONS_SHORT",
    "REFUSALS",
    "ROLES",
    "SPEAKERS",
    "TYPES",
    "WITNESS_FAULTS",
    "label",
]

_log = logging.getLogger(__name__)

AREAS: Mapping[str, Mapping[str, StrPromise]] = {
    "backup_fault": BACKUP_FAULTS,
    "action": ACTIONS,
    "category": CATEGORIES,
    "conflict": CONFLICTS,
    "decision": DECISIONS,
    "ending": ENDINGS,
    "erasure_ground": ERASURE_GROUNDS,
    "event": EVENTS,
    "factor": FACTORS,
    "feed_fault": FEED_FAULTS,
    "item": ITEMS,
    "job": JOBS,
    "job_fault": JOB_FAULTS,
    "need": NEEDS,
    "operator": OPERATORS,
    "outcome": OUTCOMES,
    "party": PARTIES,
    "purpose": PURPOSES,
    "reason": REASONS,
    "reason_short": REASONS_SHORT,
    "refusal": REFUSALS,
    "role": ROLES,
    "speaker": SPEAKERS,
    "type": TYPES,
    "witness_fault": WITNESS_FAULTS,
}


def label(area: str, code: str) -> str:
    """The word for ``code``; an unknown code is shown as it is and named in the log, never an error on a page."""
    words = AREAS[area]
    if code not in words:
        _log.warning("no label for %s %s", area, code)
        return code
    return str(words[code])
