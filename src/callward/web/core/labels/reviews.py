"""Words for why a call waits for a person, what may be decided, and why more than the redacted copy is needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Why a call waits for a person, as a sentence that says what to look at.
REASONS: Mapping[str, StrPromise] = {
    "words_by_id": _("Only an id says that these words belong to this recording."),
    "dialog_left_out": _(
        "The vCon holds something beside the call that was not taken in, such as messages, a video or text that is"
        " elsewhere."
    ),
    "several_recordings": _("The recording was joined of several, and nothing says when in it the words were spoken."),
    "sides_not_aligned": _(
        "Two sides of the call were recorded apart, and may lie up to a second otherwise beside each other than they"
        " were heard."
    ),
    "recording_without_words": _("The call was recorded in several parts, and one of them came without a transcript."),
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
    "dialog_left_out": _("something left out"),
    "several_recordings": _("parts without times"),
    "sides_not_aligned": _("sides may be apart"),
    "recording_without_words": _("a part without words"),
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

# Why somebody needs more than the redacted copy.
NEEDS: Mapping[str, StrPromise] = {
    "redaction_disputed": _("the redaction hides what matters here"),
    "complaint": _("a complaint about this call"),
    "caller_request": _("the caller asks for it"),
    "fraud_suspected": _("fraud is suspected"),
    "authority_request": _("an authority has asked for it"),
    "duty_of_care": _("somebody may be in danger"),
}
