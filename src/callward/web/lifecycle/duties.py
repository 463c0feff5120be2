"""What the worker does again and again at the end of what is kept."""

from __future__ import annotations

from django.conf import settings

from callward.web.keys import vault
from callward.web.lifecycle import erasing, holds, own_records, purging, turns, voicemail

turn_due = turns.turn_due
confirm_roots = turns.confirm_roots
tell_of_voicemail = voicemail.tell_by_mail
end_records = own_records.end_due


def sweep_erased() -> int:
    """Finish erasures that were cut off, then remove what erased people left, in the files of the keys as well."""
    done = holds.replay() + erasing.replay() + erasing.sweep()
    vault.clear_remnants_due()
    return done


def purge_due() -> int:
    """Destroy what has had its time. The demonstration keeps its calls: they are older than whoever looks at it."""
    return 0 if settings.DEMO else purging.purge_due()
