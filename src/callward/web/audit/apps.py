from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "callward.web.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from callward.web.audit.entries import record
        from callward.web.core import acts

        acts.keep_record_with(record)
