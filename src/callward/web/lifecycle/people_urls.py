"""Addresses of people. Nobody is named in one: a person is a random id, and who is looked for is posted."""

from __future__ import annotations

from django.urls import path

from callward.web.lifecycle import people_pages

app_name = "people"

urlpatterns = [
    path("people/", people_pages.find, name="find"),
    path("people/<uuid:person_id>/", people_pages.person, name="person"),
    path("people/<uuid:person_id>/erase/", people_pages.erase, name="erase"),
    path("people/<uuid:person_id>/certificate", people_pages.certificate, name="certificate"),
]
