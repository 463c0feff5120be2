"""What holds for every test: nothing fails because the machine is slow or busy."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# Hypothesis measures by the clock on the wall, and other tests share the machine.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
