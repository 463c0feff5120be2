from __future__ import annotations

from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "callward.web.keys"
    label = "keys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from callward.web.keys import checks  # noqa: F401 - importing registers them
