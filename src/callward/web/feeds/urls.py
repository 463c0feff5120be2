"""Addresses of feeds."""

from __future__ import annotations

from django.urls import path

from callward.web.feeds import callbacks, pages

app_name = "feeds"
urlpatterns = [
    path("feeds/twilio/<uuid:feed_id>/", callbacks.recording_ready, name="recording_ready"),
    path("settings/feeds/", pages.feeds, name="feeds"),
    path("settings/feeds/add/<slug:kind_key>/", pages.add_feed, name="add"),
    path("settings/feeds/<uuid:feed_id>/", pages.feed, name="feed"),
    path("settings/feeds/<uuid:feed_id>/edit/", pages.edit_feed, name="edit"),
    path("settings/feeds/<uuid:feed_id>/remove/", pages.remove_feed, name="remove"),
]
