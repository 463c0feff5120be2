"""Addresses of calls."""

from __future__ import annotations

from django.urls import path

from callward.web.calls import playback, views

app_name = "calls"
urlpatterns = [
    path("", views.today, name="today"),
    path("calls/", views.call_list, name="list"),
    path("calls/<uuid:call_id>/", views.call_page, name="call"),
    path("calls/<uuid:call_id>/heard", views.heard, name="heard"),
    path("calls/<uuid:call_id>/recording", playback.recording, name="recording"),
    path("calls/<uuid:call_id>/recording/original", playback.recording, {"copy": "original"}, name="original"),
]
