from __future__ import annotations

from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "callward.web.lifecycle"
    label = "lifecycle"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from callward.web.calls.keeping import keep_with
        from callward.web.lifecycle.retention import LifecycleKeeper

        keep_with(LifecycleKeeper())
