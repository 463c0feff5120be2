from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from callward.web.walls import policies


class CoreConfig(AppConfig):
    name = "callward.web.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Of all apps' signals this one alone is heard: it comes for each database, when every table is there.
        post_migrate.connect(policies.after_migrate, sender=self)
