"""Words for what fails by itself: feeds, witnesses, backups and background jobs; most say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Why a feed cannot be looked into or kept so, as what to do.
FEED_FAULTS: Mapping[str, StrPromise] = {
    "place_missing": _("The place is not there. Make it, mount it or name another."),
    "place_taken": _("This folder is the platform's own, or another controller's feed is there. Name one of its own."),
    "place_not_folder": _("The place is a file and no folder. Name the folder."),
    "place_not_absolute": _("Write the folder from the root, such as /srv/recordings."),
    "place_unreadable": _("The place cannot be read. Give the account that Callward runs under the right to read it."),
    "place_not_writable": _(
        "Files there cannot be moved or deleted. Give the right to write, or let originals and refused files stay."
    ),
    "original_unproven": _(
        "A sealed copy could not be read back, so its original stays. Run “callward doctor” to see what is wrong."
    ),
    "callback_address": _("Write the address from outside as https://host, without a path."),
    "fetch_hosts": _("Name hosts such as api.twilio.com, separated by commas."),
    "bucket_address": _("Write the bucket as s3://bucket/folder, and say how to reach it in the AWS_ settings."),
    "bucket_refused": _("The bucket refuses the credentials, or there are none. Give the right to list and read it."),
    "bucket_unreachable": _("The store of the bucket did not answer. It is tried again."),
    "bucket_versions": _(
        "The bucket keeps old versions, so nothing there would really be deleted. Turn that off, or leave originals."
    ),
    "kind_unknown": _("This version has no such kind of feed. Remove it."),
    "keys_unusable": _("The keys cannot be used, so nothing is taken in. Run “callward keys doctor”."),
    "pattern": _("This pattern cannot be read: use names such as {line} and {started}."),
    "database_busy": _("Another process held the database. It is tried again."),
    "disk_full": _("There is no space left for sealed files. Make room; nothing is lost."),
    "object_store_unreachable": _("The store of sealed files does not answer. It is tried again; nothing is lost."),
    "object_store_refused": _("The store of sealed files refuses the credentials. Put them right; nothing is lost."),
    "object_store_address": _("What the settings say of the store of sealed files makes no sense. Put them right."),
    "object_missing": _("A sealed file is not in its store. Run “callward doctor” to see what is missing."),
    "fetch_denied": _("The account does not let it be fetched. Put the auth token right; it is tried for five hours."),
    "fetch_not_there": _("It does not lie where it was announced yet. It is tried again for five hours."),
    "fetch_failed": _("The account or the network did not answer. It is tried again for five hours."),
    "unreadable": _("The file cannot be read now. It is tried again; look at its rights if that goes on."),
    "intake_failed": _("The fault lies here and not in the file: the worker's log names it. It is tried again."),
    **dict.fromkeys(
        ("transcriber_failed", "transcriber_missing", "transcriber_setting"),
        _("The transcriber does not work, so the file waits. Look at its setting; it is tried again."),
    ),
}

# Why a checkpoint did not reach whoever should hold it.
WITNESS_FAULTS: Mapping[str, StrPromise] = {
    "ledger_empty": _("Nothing is published yet, so there was nothing to send."),
    "witness_unreachable": _("The witness did not answer."),
    "witness_bad_request": _("The witness did not understand the request."),
    "witness_key_unknown": _("The witness does not trust this ledger's key yet: give it the public key."),
    "witness_log_unknown": _("The witness does not know this ledger yet: give it origin and public key."),
    "witness_inconsistent": _("The witness holds another history of this ledger. Find out why before anything else."),
    "witness_ahead": _("The witness holds a larger ledger than this one. Find out why before anything else."),
    "witness_refused": _("The witness refused."),
    "witness_busy": _("The witness was busy with another checkpoint."),
    "witness_answer_malformed": _("The answer was no cosignature."),
    "witness_answer_foreign": _("The answer was signed by somebody else than the witness that was named."),
    "witness_answer_too_large": _("The answer was far too long."),
    "mail_unset": _("No mail server is set: name one as CALLWARD_MAIL_HOST."),
    "mailbox_unreachable": _("The mail server did not take the message."),
    "timestamp_unreachable": _("The time-stamping service did not answer."),
    "timestamp_refused": _("The time-stamping service refused."),
    "anchor_invalid": _(
        "The stamp is not vouched for by the certificates that were given, or not for this checkpoint."
    ),
    "anchor_malformed": _("The answer was no time stamp."),
    "anchor_not_granted": _("The time-stamping service refused to stamp."),
    "anchor_hash": _("The stamp is over another kind of hash."),
    "anchor_too_large": _("The answer was far too long."),
}

BACKUP_FAULTS: Mapping[str, StrPromise] = {
    "backup_unreachable": _("The destination cannot be reached or written."),
    "backup_database": _("A database could not be read whole."),
    "backup_not_read_back": _("What was written does not read back as it was."),
    "data_damaged": _("The rows of the snapshot are damaged."),
    "manifest_damaged": _("The list of the snapshot is damaged."),
    "keys_damaged": _("The copy of the keys is damaged."),
    "keys_missing": _("There is no copy of the keys."),
    "keys_not_opened": _("The copy of the keys does not open."),
    "cut_off": _("It was begun and did not end: its process was stopped, or failed. It is made again in its time."),
    "disk": _("A disk failed or is full."),
    "disk_full": _("There is no space left."),
    "drill_database": _("The database user may not make the scratch databases that a drill needs."),
    "drill_not_well": _("Something did not open, or somebody erased did; the report says what."),
    "pg_dump_missing": _("PostgreSQL’s client programs are not installed."),
    "pg_dump_older": _("PostgreSQL’s client programs are older than the server."),
    "object_store_unreachable": _("The object store does not answer."),
    "object_store_refused": _("The object store refuses who asks."),
    "object_store_address": _("What the settings say of the object store makes no sense."),
    "object_locked": _("An old copy of the keys may not be deleted: it is locked, or the right to delete is missing."),
    "backup_keys_locked": _("The bucket locks everything by itself, so old copies of the keys could not be destroyed."),
    "backup_lock_missing": _("Snapshots are to be locked, and the destination cannot lock."),
}

# What the worker does, by the names of its functions.
JOBS: Mapping[str, StrPromise] = {
    "take_in_batch": _("Take in files that were added"),
    "take_batch": _("Look at a batch of calls again"),
    "count_anew": _("Count what is kept of a line under its changed rules"),
    "fetch": _("Fetch a recording that was announced"),
}

# Why a job was given up, as what to do; for the others the code stands alone.
JOB_FAULTS: Mapping[str, StrPromise] = {
    "disk_full": _("There is no space left. Make room and try again."),
    "worker_lost": _("The worker ended in the middle of it each time: look at its memory and its log."),
    "job_overdue": _("It took longer than such a job may each time, and was ended: look at what it waits for."),
    "lease_lost": _("Its worker stood still each time until its lease was over: look at the machine's load."),
    "task_unknown": _("This version does not know the job: it is from another one."),
    "OperationalError": _("A database did not answer or was busy for long. Try again."),
    "database_failed": _("A database did not answer or could not be written. Try again."),
    "object_store_unreachable": _("The object store did not answer. Try again once it does."),
    "fetch_denied": _("The account does not let it be fetched. Put the auth token of its feed right, then try again."),
    "fetch_not_there": _("It did not lie where it was announced. Look for it at the account, then try again."),
    "fetch_failed": _("It could not be fetched: the account or the network did not answer. Try again."),
}
