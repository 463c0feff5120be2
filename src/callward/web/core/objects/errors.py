"""What an object store refuses."""

from __future__ import annotations

from callward.engine.errors import Error


class ObjectError(Error):
    """The object store refused, or did not answer (``unanswered``: nothing is known of the object then).

    ``disk_full``, ``object_missing``, ``object_name``, ``object_range``, ``object_too_large``, ``object_locked`` (may
    not be deleted yet), ``object_store_address``, ``object_store_refused`` (credentials or permissions),
    ``object_store_unreachable``.
    """

    @property
    def unanswered(self) -> bool:
        """Whether the store as a whole cannot be used now, so that what it has or lacks is not known."""
        return self.code.startswith("object_store_")
