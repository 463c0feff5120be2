"""Addresses of the lifecycle: how long what is kept, and holds."""

from __future__ import annotations

from django.urls import path

from callward.web.lifecycle import (
    pages,
    pages_events,
    pages_holds,
    pages_records,
    pages_shares,
    pages_texts,
    pages_voicemail,
)

app_name = "lifecycle"
urlpatterns = [
    path("lifecycle/", pages.home, name="home"),
    path("lifecycle/lines/<uuid:line_id>/", pages.line, name="line"),
    path("lifecycle/lines/<uuid:line_id>/rules/", pages.set_rule, name="set_rule"),
    path("lifecycle/lines/<uuid:line_id>/preset/", pages.use_preset, name="use_preset"),
    path("lifecycle/lines/<uuid:line_id>/count-anew/", pages.count_anew, name="count_anew"),
    path("lifecycle/rules/<uuid:rule_id>/remove/", pages.remove_rule, name="remove_rule"),
    path("lifecycle/texts/", pages_texts.texts, name="texts"),
    path("lifecycle/texts/export/", pages_texts.export_texts, name="export_texts"),
    path("lifecycle/texts/<uuid:text_id>/remove/", pages_texts.remove_text, name="remove_text"),
    path("lifecycle/records/", pages_records.records, name="records"),
    path("voicemail/", pages_voicemail.messages, name="voicemail"),
    path("lifecycle/shares/", pages_shares.shares, name="shares"),
    path("lifecycle/shares/<int:epoch>/<int:number>/", pages_shares.share_destroyed, name="share_destroyed"),
    path("lifecycle/holds/", pages_holds.holds_list, name="holds"),
    path("lifecycle/holds/<uuid:hold_id>/", pages_holds.hold, name="hold"),
    path("lifecycle/holds/<uuid:hold_id>/release/", pages_holds.release_hold, name="release_hold"),
    path("calls/<uuid:call_id>/events/", pages_events.call_events, name="call_events"),
    path("people/<uuid:person_id>/events/", pages_events.person_events, name="person_events"),
    path("lifecycle/events/<uuid:happening_id>/take-back/", pages_events.take_back_event, name="take_back_event"),
    path("calls/<uuid:call_id>/hold/", pages_holds.place_hold, name="place_hold"),
]
