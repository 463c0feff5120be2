from __future__ import annotations

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "callward.web.calls"
    label = "calls"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from callward.web.calls.damage import told_on_today
        from callward.web.calls.review_pages import waiting_for
        from callward.web.core.notices import tell_with
        from callward.web.core.rail import count_with

        tell_with("damage", told_on_today)
        count_with("review", waiting_for)
