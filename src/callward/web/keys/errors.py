"""Why a key cannot be had: gone for good, or out of reach now."""

from __future__ import annotations

from callward.engine.errors import Error


class KeyGone(Error):  # noqa: N818 - it is an answer, "reads as erased", more than a fault
    """There is no key row, or none of the keys above it: what it sealed reads as erased.

    ``key_gone``
    """


class KeyUnavailable(Error):  # noqa: N818 - the domain's word
    """A key should be there and cannot be used now. Never to be read as erased, never to be worked around.

    ``controller_not_open``  the controller has no epoch yet
    ``root_wrong``           the root does not open the epoch key that was wrapped under it
    ``provider_unknown``     the epoch names a provider that this installation does not have
    ``key_damaged``          a wrapped key does not open under the key that its row names
    and the ``key_file_...`` codes of ``callward.keyfile``
    """
