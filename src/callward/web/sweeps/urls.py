"""Addresses of sweeps."""

from __future__ import annotations

from django.urls import path

from callward.web.sweeps import acting_pages, pages

app_name = "sweeps"
urlpatterns = [
    path("sweeps/", pages.sweep_list, name="list"),
    path("sweeps/begin/", acting_pages.begin, name="begin"),
    path("sweeps/<uuid:sweep_id>/", pages.report, name="report"),
    path("sweeps/<uuid:sweep_id>/report.csv", pages.report_csv, name="csv"),
    path("sweeps/<uuid:sweep_id>/report.json", pages.report_json, name="json"),
    path("sweeps/<uuid:sweep_id>/carry-out/", acting_pages.carry_out, name="carry_out"),
    path("sweeps/<uuid:sweep_id>/stop/", acting_pages.stop, name="stop"),
    path("sweeps/<uuid:sweep_id>/resume/", acting_pages.resume, name="resume"),
]
