from __future__ import annotations

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "callward.web.feeds"
    label = "feeds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from callward.web.core.notices import tell_with
        from callward.web.feeds.telling import told_on_today

        tell_with("feeds", told_on_today)
