"""Every code as a word or sentence, in one place: engines and rows carry codes, people read this.

The words of the ledger's actions are many and have a module beside this one.
One dictionary an area. Add codes to the area they belong to; a test proves each area total. Legal terms follow
docs/glossary.md.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from callward.web.core import ledger_labels

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_log = logging.getLogger(__name__)

ACTIONS: Mapping[str, StrPromise] = ledger_labels.ACTIONS

CATEGORIES: Mapping[str, StrPromise] = {
    "payment": _("payment"),
    "financial": _("financial"),
    "identity": _("identity"),
    "contact": _("contact"),
    "health": _("health"),
    "special": _("special category"),
    "location": _("location"),
    "online": _("online"),
    "criminal": _("convictions and offences"),
    "child": _("children"),
}

TYPES: Mapping[str, StrPromise] = {
    "PERSON": _("name"),
    "ADDRESS": _("address"),
    "POSTCODE": _("postcode"),
    "CITY": _("city"),
    "PHONE": _("phone number"),
    "EMAIL": _("e-mail"),
    "PAYMENT_CARD": _("card number"),
    "CARD_CVV": _("security code"),
    "CARD_EXPIRY": _("card expiry"),
    "IBAN": _("IBAN"),
    "BANK_ACCOUNT": _("bank account"),
    "NATIONAL_ID": _("national id"),
    "PASSPORT": _("passport"),
    "DRIVING_LICENCE": _("driving licence"),
    "VEHICLE_PLATE": _("number plate"),
    "HEALTH_ID": _("health number"),
    "HEALTH_CONDITION": _("health condition"),
    "DATE_OF_BIRTH": _("date of birth"),
    "AGE": _("age"),
    "IP_ADDRESS": _("IP address"),
    "USERNAME": _("user name"),
    "PASSWORD": _("password"),
    "ACCOUNT_NUMBER": _("account number"),
    "TAX_ID": _("tax number"),
    "ORGANISATION": _("organisation"),
    "SPECIAL_CATEGORY": _("special category"),
}

# Why somebody or something holds what it holds (GDPR Art. 5(1)(b)); a line names those that it serves.
PURPOSES: Mapping[str, StrPromise] = {
    "evidence": _("evidence of what was agreed"),
    "complaint_handling": _("handling complaints"),
    "quality": _("quality and training"),
    "fraud_prevention": _("preventing fraud"),
    "legal_duty": _("a duty in law to record"),
    "clinical_safety": _("safety of care"),
    "service_delivery": _("giving the service asked for"),
}

# Roles as sentences, for those who give them.
ROLES: Mapping[str, StrPromise] = {
    "agent": _("Agent: reads and hears released calls, redacted"),
    "supervisor": _("Supervisor: reviews calls and looks after lines"),
    "dpo": _("Data-protection officer: decides on reviews, rules and requests"),
    "security": _("Security officer: watches access, keys and the ledger"),
    "auditor": _("Auditor: reads and verifies, changes nothing"),
    "administrator": _("Administrator: adds staff and lines, opens no calls"),
}

OPERATORS: Mapping[str, StrPromise] = {
    "mask": _("mask it"),
    "replace": _("replace it by its type"),
    "pseudonym": _("replace it by a pseudonym"),
    "generalise": _("keep the year, the age group, the area"),
    "hash": _("replace it by a keyed code"),
    "keep": _("keep it readable"),
}

# Who acted and what was acted on, by the kind that an entry names.
PARTIES: Mapping[str, StrPromise] = {
    "system": _("the platform"),
    "nobody": _("somebody unknown"),
    "staff": _("staff"),
    "controller": _("controller"),
    "line": _("line"),
    "call": _("call"),
    "item": _("item"),
    "person": _("person"),
    "review": _("review"),
    "sweep": _("sweep"),
    "ledger": _("ledger"),
    "entry": _("entry"),
    "witness": _("witness"),
    "page": _("page"),
    "anonymoustext": _("anonymous text"),
    "command": _("command"),
    "batch": _("files sent together"),
    "job": _("background job"),
    "feed": _("feed"),
    "service": _("program"),
}

# What came of an act, where it is not simply done.
OUTCOMES: Mapping[str, StrPromise] = {
    "done": _("done"),
    "denied": _("refused"),
    "refused": _("refused"),
    "failed": _("failed"),
    "intended": _("begun"),
    "not_needed": _("no longer needed"),
}

# What is kept of a call, and what a rule for keeping may be about.
ITEMS: Mapping[str, StrPromise] = {
    "recording.original": _("original recording"),
    "recording.redacted": _("redacted recording"),
    "transcript.original": _("original transcript"),
    "transcript.redacted": _("redacted transcript"),
    "note.original": _("original note"),
    "note.redacted": _("redacted note"),
    "form.original": _("original form"),
    "form.redacted": _("redacted form"),
    "sheet": _("sheet of findings"),
    "voicemail": _("voicemail, all of it"),
    "metadata": _("row in the call log"),
}

CONFLICTS: Mapping[str, StrPromise] = {
    "over_ceiling": _("A rule asks for longer than is allowed without a duty in law: the ceiling holds."),
    "duty_beats_maximum": _("A rule asks for less than the duty in law: the duty holds."),
    "shorter_holds": _("A minimum is longer than the maximum: without a duty in law the shorter holds."),
    "two_maxima": _("A rule for what was found asks for less than the item's own: the shorter holds for each purpose."),
    "two_events": _("Minimum and maximum count from different events: the clock of the maximum holds."),
    "card_never_kept": _("A rule asks to keep calls with payment data: card data is never kept, the rest of them is."),
}

# Who had which part in a call.
SPEAKERS: Mapping[str, StrPromise] = {
    "agent": _("agent"),
    "caller": _("caller"),
    "other": _("other person"),
    "unknown": _("speaker"),
}

# What days are counted from.
EVENTS: Mapping[str, StrPromise] = {
    "call": _("the call"),
    "contract_ended": _("the end of the contract"),
    "resolved": _("the day the matter was resolved"),
}

# What becomes of what has had its time.
ENDINGS: Mapping[str, StrPromise] = {
    "delete": _("destroy it"),
    "anonymise": _("keep its words anonymous, destroy the rest"),
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
}

# Kinds of second factor, as the sign-in library names them.
FACTORS: Mapping[str, StrPromise] = {
    "totp": _("authenticator app"),
    "webauthn": _("passkey"),
}

# Why a call waits for a person, as a sentence that says what to look at.
REASONS: Mapping[str, StrPromise] = {
    "words_by_id": _("Only an id says that these words belong to this recording."),
    "text_residual": _("The second pass, which is stricter, found words that may still tell who the caller is."),
    "language_not_covered": _(
        "Part of the call is in a language that detection has no words for; only numbers and addresses of mail were"
        " looked for there."
    ),
    "payment_residual": _("The second pass found words that may be card data in the text that is kept."),
    "payment_suspected": _("A card number was asked for and not found in the answer, so whole turns were masked."),
    "not_located": _(
        "Something was found in the words but has no place in the sound, so it could not be masked there."
    ),
    "speech_without_words": _("Somebody speaks, and the transcript has no words for it."),
    "words_over_silence": _("The transcript has words where nothing is heard."),
    "dtmf_left": _("Keyed digits can still be heard in the masked recording."),
    "audio_mask_broken": _("The masked recording does not hold exactly what was written over the masked stretches."),
    "audio_duration_changed": _("The masked recording is not as long as the one that came in."),
    **dict.fromkeys(
        (
            "audio_chained",
            "audio_channels",
            "audio_codec",
            "audio_damaged",
            "audio_empty",
            "audio_header",
            "audio_rate",
            "audio_stretch_outside",
            "audio_too_long",
            "audio_truncated",
            "audio_unknown_format",
        ),
        _("The masked recording could not be read back to its end."),
    ),
}

REASONS_SHORT: Mapping[str, StrPromise] = {
    **dict.fromkeys((code for code in REASONS if code.startswith("audio_")), _("masked copy unreadable")),
    "words_by_id": _("words matched by id"),
    "text_residual": _("words in doubt"),
    "language_not_covered": _("language not covered"),
    "payment_residual": _("card data in doubt"),
    "payment_suspected": _("card suspected, turns masked"),
    "not_located": _("found, but not located in the sound"),
    "speech_without_words": _("speech without words"),
    "words_over_silence": _("words over silence"),
    "dtmf_left": _("keyed digits left"),
    "audio_mask_broken": _("mask not as written"),
    "audio_duration_changed": _("length changed"),
}

# What may be decided in review, as the word on the button.
DECISIONS: Mapping[str, StrPromise] = {
    "mask": _("Mask it"),
    "release": _("Release it"),
    "keep_sealed": _("Keep it sealed"),
    "destroy": _("Destroy the sound"),
}

# Why a person is erased (GDPR Art. 17(1)(a) to (f)).
ERASURE_GROUNDS: Mapping[str, StrPromise] = {
    "no_longer_needed": _("What is kept of them is no longer needed"),
    "consent_withdrawn": _("They have withdrawn their consent"),
    "objection": _("They object, and nothing weighs more"),
    "unlawful": _("It should never have been kept"),
    "legal_duty": _("A law or an order demands it"),
    "child_service": _("It was kept of a child for an online service"),
}

# Why somebody needs more than the redacted copy.
NEEDS: Mapping[str, StrPromise] = {
    "redaction_disputed": _("the redaction hides what matters here"),
    "complaint": _("a complaint about this call"),
    "caller_request": _("the caller asks for it"),
    "fraud_suspected": _("fraud is suspected"),
    "authority_request": _("an authority has asked for it"),
    "duty_of_care": _("somebody may be in danger"),
}

_TIMES = _("The times in the transcript cannot be true. Nothing was kept. Export the transcript again and send both.")
_TEXT = _("The transcript cannot be read. Nothing was kept. Export it again as JSON, WebVTT or SRT.")
_SOUND = _("The recording is cut off or damaged. Nothing was kept. Fetch it again from where it was recorded.")
_FORMAT = _("The recording is in no format that is read. Nothing was kept. Send WAV, FLAC, MP3 or Ogg.")
_VCON = _("The vCon is not as its standard says. Nothing was kept. Ask who made it for another export.")
_SIGNED = _("The signature of the vCon does not hold. Nothing was kept. Ask who made it for another copy.")
_FACTS = _("The file with the facts of the call has a name or value that is not known. Nothing was kept. Mend it.")
_LIST = _("The list of calls cannot be read. Nothing was kept. Mend calls.csv and send everything again.")
_RECORDS = _(
    "A call record cannot be read. Nothing was kept of it. Ask who runs the telephone system for another export."
)
_GONE = _("The file cannot be read any more. Nothing was kept. Send it again.")
_WORDS = _("The transcriber did not give a transcript. Nothing was kept. Look at its settings and send the call again.")
_OURS = _("A rule of the line could not be carried out. Nothing was kept. Tell your administrator.")

# Why an act or an input was refused, as the person reads it: what happened, what was kept safe, what to do.
REFUSALS: Mapping[str, StrPromise] = {
    "staff_self": _("Another administrator has to do this for you."),
    "staff_last_administrator": _("One administrator must remain. Make somebody else administrator first."),
    "event_unknown": _("Nothing is kept from such an event."),
    "event_to_come": _("Say the day when it has come: an event is said when it has happened."),
    "event_before_call": _("The day is before the call, so it has nothing to do with it."),
    "event_person_erased": _("This person is erased. There is nothing left to count for."),
    "review_decided": _("Somebody else has decided on this call already. Nothing was changed."),
    "review_over": _("The decision was carried out, so it cannot be taken back any more."),
    "decision_unfit": _("This decision does not fit the call. Nothing was changed. Choose one of those offered."),
    "input_erased": _("This call was erased, so it is not taken in again. Nothing was kept."),
    "recording_lost": _("The recording that waited for this transcript does not open any more. Nothing was changed."),
    "line_missing": _("Nothing says which line the call is for. Nothing was kept. Choose a line and send it again."),
    "line_unknown": _("The call names a line that is not in use here. Nothing was kept. Choose a line or add it."),
    **dict.fromkeys(("audio_truncated", "audio_damaged", "audio_empty", "audio_header", "audio_chained"), _SOUND),
    **dict.fromkeys(("audio_unknown_format", "audio_codec", "audio_channels", "audio_rate"), _FORMAT),
    "audio_too_long": _("The recording is longer than is taken in. Nothing was kept. Send it in parts."),
    **dict.fromkeys(
        ("audio_mask_broken", "audio_duration_changed", "audio_stretch_outside", "audio_stretch_unreadable"), _OURS
    ),
    "call_empty": _("There is neither a recording nor a transcript. Nothing was kept."),
    "transcript_beyond_audio": _(
        "The transcript runs on after the recording has ended, so they may not belong together. Nothing was kept."
    ),
    "transcript_overlap": _(
        "Words of one speaker overlap in the transcript, so masking could miss. Nothing was kept. Export it again."
    ),
    "transcript_empty": _("The transcript has no words. Nothing was kept. Send the recording alone or another one."),
    "transcript_too_large": _("The transcript is larger than is read. Nothing was kept."),
    **dict.fromkeys(("transcript_negative_time", "transcript_number", "transcript_time_order"), _TIMES),
    **dict.fromkeys(
        (
            "transcript_cue",
            "transcript_encoding",
            "transcript_format_unknown",
            "transcript_rate",
            "transcript_shape",
            "transcript_words",
        ),
        _TEXT,
    ),
    "vcon_encrypted": _("The vCon is encrypted. Nothing was kept. Ask for a copy that is signed and not encrypted."),
    "vcon_too_large": _("The vCon is larger than is read. Nothing was kept. Send recording and transcript as files."),
    "vcon_critical_extension": _(
        "The vCon demands an extension that is not known here, so it is not read. Nothing was kept."
    ),
    "vcon_content_hash": _("The recording is not the one that the vCon names. Nothing was kept. Send the right one."),
    **dict.fromkeys(("vcon_signature", "vcon_algorithm", "vcon_certificate"), _SIGNED),
    **dict.fromkeys(
        (
            "vcon_body",
            "vcon_empty",
            "vcon_encoding",
            "vcon_form",
            "vcon_gzip",
            "vcon_json",
            "vcon_shape",
            "vcon_too_deep",
            "vcon_write",
        ),
        _VCON,
    ),
    "nothing_in_vcon": _("The vCon holds neither a recording nor a transcript. Nothing was kept."),
    "recording_elsewhere": _("The vCon names a recording that is not here. Nothing was kept. Send both together."),
    "several_recordings": _("Several recordings share one name. Nothing was kept. Give each call a name of its own."),
    "unknown_kind": _("The file's ending is none of a call. Nothing was kept. Send recordings, transcripts or vCons."),
    "facts_without_call": _("This file has the facts of a call, and the call is not with it. Send them together."),
    "facts_zone": _("The time zone is not known. Nothing was kept. Use a name such as Europe/Stockholm."),
    **dict.fromkeys(("facts_field", "facts_json", "facts_value", "pattern"), _FACTS),
    **dict.fromkeys(("manifest_column", "manifest_csv", "manifest_duplicate"), _LIST),
    **dict.fromkeys(("record_columns", "record_csv", "record_row", "record_xml"), _RECORDS),
    "record_too_large": _("The file of call records is larger than is read. Nothing was kept. Send it in parts."),
    "record_without_id": _("The call record has no id of its own, so it could not be told from others. Mend its id."),
    "not_a_call": _("The recording is none of speech, such as one of a screen. Nothing was kept."),
    "fetch_host": _("The recording lies at a host that its feed does not name. Nothing was kept. Look at the feed."),
    "fetch_refused": _("The recording is gone, or its account does not let it be fetched. Nothing was kept."),
    "fetch_failed": _("The recording could not be fetched again and again. Nothing was kept."),
    "note_after_call": _("The call was taken in before without this note or form. Add it on the call's page."),
    "note_text": _("The note is too long, or no text in UTF-8. Nothing was kept. Send it as plain text."),
    "form_json": _("The form is no JSON object that is read. Nothing was kept. Export it again."),
    **dict.fromkeys(("missing", "unreadable", "not_a_file"), _GONE),
    **dict.fromkeys(("transcriber_failed", "transcriber_missing", "transcriber_setting"), _WORDS),
    **dict.fromkeys(("findings_overlap", "key_missing", "span_outside_text", "transcript_edits"), _OURS),
    "upload_too_large": _("The file is over 2 GiB. Nothing was kept. Use “callward ingest” for it."),
    "upload_too_many": _("More than 50 files were sent at once. The rest was not kept. Send it again by itself."),
    "upload_empty": _("The file is empty. Nothing was kept."),
    "upload_broken": _("The sealed file did not open again, so it was not taken in. Send it once more."),
    "upload_failed": _(
        "The file could not be taken in, and the reason lies here, not in the file. Nothing of it was kept."
    ),
    "disk_full": _("There is no space left for sealed files. What was sent was not kept. Tell your administrator."),
    "object_store_unreachable": _("The store of sealed files does not answer. What was sent was not kept. Try again."),
    "object_store_refused": _("The store of sealed files refuses. Nothing was kept. Tell your administrator."),
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
    "fetch": _("Fetch a recording that was announced"),
}

# Why a job was given up, as what to do; for the others the code stands alone.
JOB_FAULTS: Mapping[str, StrPromise] = {
    "disk_full": _("There is no space left. Make room and try again."),
    "worker_lost": _("The worker ended in the middle of it each time: look at its memory and its log."),
    "task_unknown": _("This version does not know the job: it is from another one."),
    "OperationalError": _("A database did not answer or was busy for long. Try again."),
    "object_store_unreachable": _("The object store did not answer. Try again once it does."),
}

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
