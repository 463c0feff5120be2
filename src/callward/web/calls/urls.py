"""Addresses of calls."""

from __future__ import annotations

from django.urls import path

from callward.web.calls import adding_pages, noting, original_pages, playback, review_pages, views, word_pages

app_name = "calls"
urlpatterns = [
    path("", views.today, name="today"),
    path("calls/", views.call_list, name="list"),
    path("calls/add/", adding_pages.add, name="add"),
    path("calls/add/<uuid:batch>/", adding_pages.added, name="added"),
    path("calls/words/", word_pages.words, name="words"),
    path("calls/<uuid:call_id>/", views.call_page, name="call"),
    path("calls/<uuid:call_id>/heard", views.heard, name="heard"),
    path("calls/<uuid:call_id>/note/", noting.note, name="note"),
    path("calls/<uuid:call_id>/original/", original_pages.original, name="open_original"),
    path("calls/<uuid:call_id>/recording", playback.recording, name="recording"),
    path("calls/<uuid:call_id>/recording/original", playback.recording, {"copy": "original"}, name="original"),
    path("review/", review_pages.review, name="review"),
    path("review/<uuid:call_id>/", review_pages.review_call, name="review_call"),
    path("review/<uuid:call_id>/undo/", review_pages.review_undo, name="review_undo"),
]
