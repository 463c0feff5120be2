from __future__ import annotations

from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "callward.web.lifecycle"
    label = "lifecycle"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from callward.web.calls.damage import mend_with
        from callward.web.calls.keeping import keep_with
        from callward.web.core.line_rules import reach_with
        from callward.web.core.notices import tell_with
        from callward.web.core.rail import count_with
        from callward.web.lifecycle import pages_shares
        from callward.web.lifecycle.bringing_back import bring_object
        from callward.web.lifecycle.pages_backups import told_on_today
        from callward.web.lifecycle.pages_holds import late_for
        from callward.web.lifecycle.retention import LifecycleKeeper
        from callward.web.lifecycle.rule_changes import LineReach
        from callward.web.lifecycle.voicemail import count_new, notices

        keep_with(LifecycleKeeper())
        reach_with(LineReach())
        count_with("voicemail", count_new)
        tell_with("voicemail", notices)
        mend_with(bring_object)
        count_with("lifecycle", late_for)
        tell_with("backups", told_on_today)
        tell_with("shares", pages_shares.told_on_today)
