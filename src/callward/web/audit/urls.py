"""Addresses of the ledger. What outsiders may have - checkpoint, hash tiles, key - is public; entries are not."""

from __future__ import annotations

from django.urls import path

from callward.web.audit import public, views, witnesses

app_name = "audit"

urlpatterns = [
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/entries/<int:index>/", views.entry, name="entry"),
    path("ledger/entries/<int:index>/proof", views.entry_proof, name="entry_proof"),
    path("ledger/entries/<int:index>/text", views.entry_text, name="entry_text"),
    path("ledger/<slug:slug>/checkpoint", public.checkpoint, name="checkpoint"),
    path("ledger/<slug:slug>/key", public.key, name="key"),
    path("ledger/<slug:slug>/tile/entries/<path:rest>", public.entry_bundle, name="entry_bundle"),
    path("ledger/<slug:slug>/tile/<path:rest>", public.tile, name="tile"),
    path("settings/ledger/", witnesses.index, name="witnesses"),
    path("settings/ledger/add/<slug:kind>/", witnesses.add, name="witness_add"),
    path("settings/ledger/<uuid:witness_id>/send/", witnesses.try_out, name="witness_send"),
    path("settings/ledger/<uuid:witness_id>/end/", witnesses.end, name="witness_end"),
]
