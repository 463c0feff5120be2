"""One row for each figure, the same in every benchmark, so that `run.py` can gather them."""

from __future__ import annotations

from typing import Final

MARK: Final = "= "  # what a row begins with


def row(
    name: str,
    value: float,
    unit: str,
    *,
    against: str = "",
    other: float | None = None,
    at_least: float | None = None,
    at_most: float | None = None,
) -> bool:
    """Print name, value, unit, what it is measured against, the ratio to that, and the bar; return whether it is met.

    ``other`` is the peer's value or a bound, in the same unit. The bar is on the ratio where there is one, else on the
    value.
    """
    judged = value / other if other else value
    ratio = f"{judged:.2f} x" if other else ""
    met = (at_least is None or judged >= at_least) and (at_most is None or judged <= at_most)
    bars = [f">= {at_least:g}"] if at_least is not None else []
    bars += [f"<= {at_most:g}"] if at_most is not None else []
    if bars and not met:
        bars.append("MISSED")
    beside = f"{against} ({_short(other)} {unit})" if other else against
    print(
        f"{MARK}{name:<52} {_short(value):>11} {unit:<9} {beside:<46} {ratio:>9}  {' '.join(bars)}".rstrip(), flush=True
    )
    return met


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.3g}"
