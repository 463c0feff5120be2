"""What programs are refused: a status, a stable code, and a sentence without content."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from callward.engine.errors import Error


class ApiError(Error):
    """A request is refused. ``status`` is the answer's; ``headers`` go with it.

    ``capability_missing``, ``lines_gone``, ``purpose_missing``, ``purpose_unknown``, ``purpose_over``, ``not_found``,
    ``erased``, ``request_invalid``, ``place_unknown``, ``body_unreadable``, ``body_not_multipart``, ``files_missing``,
    ``facts_twice``, ``idempotency_key``, ``idempotency_other``, ``too_many_requests``, the ``upload_...`` codes of a
    file that is not kept, and the ``facts_...`` codes of the facts of a call.
    """

    def __init__(self, status: HTTPStatus, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code, detail)
        self.status = status
        self.headers = dict(headers or {})


def missing() -> ApiError:
    """There is nothing under an address, or nothing that this program may know of."""
    return ApiError(HTTPStatus.NOT_FOUND, "not_found", "There is nothing here that this key may see.")
