"""Each request behind the wall of who asks; before that is known, and for what is for everybody, before it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from callward.web import walls


class WallMiddleware:
    """Begin each request as the platform, which reads who asks, and leave nothing of it to the next one.

    Whoever learns whose request it is narrows; an answer that streams is read behind the wall that stood at its end.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with walls.across():
            response = self._get_response(request)
            if isinstance(response, StreamingHttpResponse) and not response.is_async:
                response.streaming_content = _behind(walls.current(), response.streaming_content)
        return response


def _behind(wall: str, content: Iterable[bytes]) -> Iterator[bytes]:
    """Read piece by piece: between two of them the thread may be somebody else's."""
    pieces = iter(content)
    while True:
        with walls.within(wall):
            try:
                piece = next(pieces)
            except StopIteration:
                return
        yield piece
