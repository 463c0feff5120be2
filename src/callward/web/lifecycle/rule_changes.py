"""Changing what a line says about keeping: seen before it is kept, and reaching what is kept after."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from callward.web.core.acts import Party
from callward.web.core.line_rules import Foreseen
from callward.web.core.models import Line
from callward.web.lifecycle import foreseeing, recounting
from callward.web.lifecycle.models import KeepingRule
from callward.web.lifecycle.presets import Preset
from callward.web.lifecycle.retention import rule_of, rules_of
from callward.web.lifecycle.rules import LineRules, Rule


@dataclass(frozen=True, slots=True)
class LineReach:
    """What pages of lines ask of the lifecycle; see ``callward.web.core.line_rules.Reach``."""

    def changing(self, line: Line, by: Party) -> AbstractContextManager[None]:
        return recounting.changing(line, by)

    def foresee(self, line: Line, seen: str) -> Foreseen | None:
        return foreseeing.foresee(line, rules_of(line), seen)


def with_rule(line: Line, row: KeepingRule) -> LineRules:
    """Return the rules of a line as they would be with a rule, in the place of one about the same."""
    rules = rules_of(line)
    return replace(rules, rules=_put(rules.rules, rule_of(row)))


def without_rule(line: Line, row: KeepingRule) -> LineRules:
    """Return the rules of a line as they would be without one of its rules."""
    rules = rules_of(line)
    return replace(rules, rules=tuple(one for one in rules.rules if one != rule_of(row)))


def with_preset(line: Line, preset: Preset) -> LineRules:
    """Return the rules of a line as they would be with what is usual in a sector."""
    rules = rules_of(line)
    for rule in preset.rules:
        rules = replace(rules, rules=_put(rules.rules, rule))
    return replace(rules, days=preset.days_for(line.countries), duty=bool(preset.law_for(line.countries)))


def _put(rules: tuple[Rule, ...], rule: Rule) -> tuple[Rule, ...]:
    about = (rule.subject, rule.purpose, rule.category)
    return (*(one for one in rules if (one.subject, one.purpose, one.category) != about), rule)
