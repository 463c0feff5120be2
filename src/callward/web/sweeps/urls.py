"""Addresses of sweeps."""

from __future__ import annotations

from django.urls import path

from callward.web.sweeps import pages

app_name = "sweeps"
urlpatterns = [
    path("sweeps/", pages.sweep_list, name="list"),
    path("sweeps/<uuid:sweep_id>/", pages.report, name="report"),
    path("sweeps/<uuid:sweep_id>/report.csv", pages.report_csv, name="csv"),
    path("sweeps/<uuid:sweep_id>/report.json", pages.report_json, name="json"),
]
