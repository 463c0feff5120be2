"""Why an act or an input was refused, as the person reads it: what happened, what was kept safe, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

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
    "fetch_refused": _("The recording is too long, or is redirected again and again. Nothing was kept."),
    "fetch_gone": _("The recording was deleted where it lay. Nothing was kept."),
    "fetch_denied": _("The account does not let the recording be fetched. Nothing was kept. Look at the auth token."),
    "fetch_not_there": _("The recording did not lie where it was announced. Nothing was kept."),
    "fetch_failed": _("The recording could not be fetched again and again. Nothing was kept."),
    "note_after_call": _("The call takes no note or form any more: it had its time, or was never recorded."),
    "note_text": _("The note is too long, or no text in UTF-8. Nothing was kept. Send it as plain text."),
    "form_json": _("The form is no JSON object that is read. Nothing was kept. Export it again."),
    **dict.fromkeys(("missing", "unreadable", "not_a_file"), _GONE),
    **dict.fromkeys(("transcriber_failed", "transcriber_missing", "transcriber_setting"), _WORDS),
    **dict.fromkeys(("findings_overlap", "key_missing", "span_outside_text", "transcript_edits"), _OURS),
    "upload_too_large": _("The file is over 2 GiB. Nothing was kept. Use “callward ingest” for it."),
    "upload_too_many": _("More than 50 files were sent at once. The rest was not kept. Send it again by itself."),
    "upload_empty": _("The file is empty. Nothing was kept."),
    "upload_broken": _("The sealed file did not open again, so it was not taken in. Send it once more."),
    "upload_abandoned": _(
        "It was begun and not finished within a day, or the call that it belongs to never came. It was deleted. "
        "Send it again, whole."
    ),
    "upload_failed": _(
        "The file could not be taken in, and the reason lies here, not in the file. Nothing of it was kept."
    ),
    "disk_full": _("There is no space left for sealed files. What was sent was not kept. Tell your administrator."),
    "object_store_unreachable": _("The store of sealed files does not answer. What was sent was not kept. Try again."),
    "object_store_refused": _("The store of sealed files refuses. Nothing was kept. Tell your administrator."),
}
