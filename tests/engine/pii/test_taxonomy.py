from __future__ import annotations

import re
from pathlib import Path

import pytest

from callward.engine.pii import Type
from callward.engine.pii.taxonomy import TERMS, Level, term

FACTS = Path(__file__).parents[4] / "shared" / "facts" / "taxonomy.yaml"


def test_every_type_has_a_term() -> None:
    assert set(TERMS) == set(Type)


@pytest.mark.parametrize("value", ["RELIGION", "POLITICS", "UNION", "ETHNICITY", "SEXUALITY"])
def test_each_special_category_has_a_term_of_its_own(value: str) -> None:
    special = term(Type.SPECIAL_CATEGORY, value)
    assert special != term(Type.SPECIAL_CATEGORY)
    assert special.level is Level.HIGHEST


def test_a_value_says_nothing_about_other_types() -> None:
    assert term(Type.ORGANISATION, "RELIGION") == TERMS[Type.ORGANISATION]


def test_every_term_is_one_that_the_fact_sheet_checked() -> None:
    if not FACTS.exists():
        pytest.skip("shared/facts/taxonomy.yaml is not beside the checkout")
    known = FACTS.read_text(encoding="utf-8")
    fides, dpv = set(re.findall(r"fides: ([\w.]+)", known)), set(re.findall(r'dpv: "([\w:-]+)"', known))
    # The class of all special categories is DPV's own (dpv:SpecialCategoryPersonalData); the sheet has its members.
    named = [one for kind, one in TERMS.items() if kind is not Type.SPECIAL_CATEGORY]
    terms = [*named, *(term(Type.SPECIAL_CATEGORY, value) for value in ("RELIGION", "UNION", "SEXUALITY"))]
    assert {one.dpv for one in terms} <= dpv
    assert {one.fides for one in terms} <= fides
