"""Why a feed cannot be looked at now, or may not be set up so."""

from __future__ import annotations

from callward.engine.errors import Error


class FeedError(Error):
    """A feed cannot be used: its code is shown beside it, and it is looked at again.

    ``place_missing``, ``place_not_folder``, ``place_unreadable``, ``place_not_writable``, ``feed_unknown``,
    ``feed_off``, ``kind_unknown``, and what each kind adds.
    """
