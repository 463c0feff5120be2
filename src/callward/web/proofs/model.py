"""One proof: what was looked at, whether it holds, and a sentence that says what to do where it does not."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof and its outcome. ``told`` holds no secret and names no person."""

    name: str
    well: bool
    told: str

    def as_dict(self) -> dict[str, object]:
        return {"name": self.name, "well": self.well, "told": self.told}
