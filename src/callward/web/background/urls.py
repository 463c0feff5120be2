"""Addresses of background work."""

from __future__ import annotations

from django.urls import path

from callward.web.background import pages

app_name = "background"
urlpatterns = [
    path("settings/jobs/", pages.jobs, name="jobs"),
    path("settings/jobs/<uuid:job_id>/retry/", pages.retry, name="retry"),
    path("settings/jobs/<uuid:job_id>/discard/", pages.discard, name="discard"),
]
