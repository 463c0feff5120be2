from __future__ import annotations

from django.apps import AppConfig


class BackgroundConfig(AppConfig):
    name = "callward.web.background"
    label = "background"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from callward.web.background.pages import given_up_for
        from callward.web.core.rail import count_with

        count_with("settings", given_up_for)
