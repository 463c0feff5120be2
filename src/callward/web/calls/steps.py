"""The steps of the main job as they pass: each timed for the figures, and a span where traces are on."""

from __future__ import annotations

from contextlib import ExitStack
from time import monotonic
from typing import Self

from callward.web.core import measures, tracing


class Steps:
    """Called with the name of each step as it begins; the one before ends then, the last with the block."""

    def __init__(self) -> None:
        self._began = 0.0
        self._name = ""
        self._open = ExitStack()

    def __call__(self, name: str) -> None:
        self._end()
        self._open.enter_context(tracing.span(f"step.{name}"))
        self._name, self._began = name, monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self._end()

    def _end(self) -> None:
        if self._name:
            measures.observe(measures.PIPELINE_SECONDS, monotonic() - self._began, self._name)
        self._open.close()
        self._name = ""
