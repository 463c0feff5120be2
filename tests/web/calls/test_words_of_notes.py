"""Notes and forms are shown with the words that transcripts use for what was masked."""

from __future__ import annotations

from callward.web.calls.templatetags.calls import with_pills


def test_what_was_masked_in_a_note_is_shown_in_words() -> None:
    shown = with_pills("Ring back on [PHONE] or [EMAIL].")
    assert "[" not in shown
    assert "phone number" in shown
    assert 'class="pill contact"' in shown


def test_a_note_stays_text_and_brackets_of_its_own_stay() -> None:
    assert with_pills("<b>[VIP] & [x]</b>") == "&lt;b&gt;[VIP] &amp; [x]&lt;/b&gt;"
