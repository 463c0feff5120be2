"""Background work: what the queue takes, how a failed job comes back, and who looks after the rest."""

from __future__ import annotations

from callward.web.background.jobs import Job, Retry, job, job_of

__all__ = ["Job", "Retry", "job", "job_of"]
