from __future__ import annotations

from django.apps import AppConfig


class SweepsConfig(AppConfig):
    name = "callward.web.sweeps"
    label = "sweeps"
    default_auto_field = "django.db.models.BigAutoField"
