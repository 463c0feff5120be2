"""Django's own commands: ``python -m callward.web.manage migrate``."""

from __future__ import annotations

import os
import sys

from django.core.management import execute_from_command_line

from callward.web.walls import work_as_platform

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callward.web.settings")
    work_as_platform()
    execute_from_command_line(["callward", *sys.argv[1:]])
