"""The one root of everything an engine refuses."""

from __future__ import annotations


class Error(Exception):
    """Something was refused, with a stable reason code.

    ``code`` is lower-case snake case, stable across releases, and safe to log, show and translate.
    ``detail`` is one short English sentence for developers and command lines. Neither ever holds
    content: no transcript text, no key material, no personal data, no file bytes.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code
