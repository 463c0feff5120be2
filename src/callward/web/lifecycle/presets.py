"""What is usual in a sector: days, the law behind them by country, and rules, offered for a line.

Not legal advice: whoever uses one answers for it. The numbers are those of the laws and authorities that stand beside
them; where a line serves several countries, the first that has a number of its own decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from callward.web import audit
from callward.web.accounts import actions
from callward.web.accounts.models import User
from callward.web.core.models import Line
from callward.web.lifecycle import recounting
from callward.web.lifecycle.models import KeepingRule
from callward.web.lifecycle.rules import DUTY, QUALITY, QUALITY_DAYS, Event, Rule

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

_FIVE, _SIX, _SEVEN, _TWENTY = 1826, 2192, 2557, 7305  # years in days, leap days counted
_SHORT_QUALITY = Rule(purpose=QUALITY, maximum=QUALITY_DAYS)


@dataclass(frozen=True, slots=True)
class Preset:
    """Days and rules for a line. ``laws`` names the duty by country (``EU`` where none has its own); empty: no duty."""

    key: str
    label: StrPromise
    days: int
    laws: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    rules: tuple[Rule, ...] = ()
    days_by_country: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def law_for(self, countries: list[str]) -> str:
        return next((self.laws[code] for code in [*countries, "EU"] if code in self.laws), "")

    def days_for(self, countries: list[str]) -> int:
        return next((self.days_by_country[code] for code in countries if code in self.days_by_country), self.days)


_MIFID = MappingProxyType(
    {
        "SE": "Lagen (2007:528) om värdepappersmarknaden; MiFID II Art. 16(7)",
        "EE": "Väärtpaberituru seadus; MiFID II Art. 16(7)",
        "RO": "Legea 126/2018; MiFID II Art. 16(7)",
        "NL": "Wft, BGfo; MiFID II Art. 16(7)",
        "GB": "FCA SYSC 10A",
        "EU": "MiFID II Art. 16(7); Reg. (EU) 2017/565 Art. 76",
    }
)
PRESETS = (
    Preset("quality", _("Quality and training: 90 days"), 90),
    Preset("evidence", _("Evidence of orders and consents: 180 days, quality 90"), 180, rules=(_SHORT_QUALITY,)),
    Preset(
        "complaints",
        _("Complaints: 90 days after the matter is resolved, quality 90"),
        180,
        rules=(
            Rule(purpose="complaint_handling", maximum=90, event=Event.RESOLVED, cap=180),
            _SHORT_QUALITY,
        ),
    ),
    Preset("investment", _("Investment orders and advice: 5 years"), _FIVE, _MIFID, (_SHORT_QUALITY,)),
    Preset(
        "investment_7",
        _("Investment orders and advice, where the authority asks: 7 years"),
        _SEVEN,
        _MIFID,
        (_SHORT_QUALITY,),
    ),
    Preset(
        "payments",
        _("Payment services: 5 years"),
        _FIVE,
        MappingProxyType({"EU": "PSD2 Art. 21", "GB": "Payment Services Regulations 2017"}),
        (_SHORT_QUALITY,),
    ),
    Preset(
        "aml",
        _("Customer due diligence: 5 years after the end of the contract"),
        _FIVE,
        MappingProxyType(
            {
                "SE": "Lagen (2017:630) om åtgärder mot penningtvätt",
                "EE": "RahaPTS § 47",
                "RO": "Legea 129/2019",
                "NL": "Wwft art. 33",
                "GB": "Money Laundering Regulations 2017, reg. 40",
                "EU": "Dir. (EU) 2015/849 Art. 40",
            }
        ),
        (Rule(purpose=DUTY, minimum=_FIVE, event=Event.CONTRACT_ENDED, cap=_TWENTY), _SHORT_QUALITY),
    ),
    Preset(
        "accounting",
        _("Accounting evidence: 5 to 7 years, by country"),
        _SEVEN,
        MappingProxyType(
            {
                "SE": "Bokföringslagen 7 kap. 2 §",
                "EE": "Raamatupidamise seadus § 12",
                "RO": "Legea 82/1991",
                "NL": "AWR art. 52",
                "GB": "Companies Act 2006 s. 388; Finance Act 1998 Sch. 18",
            }
        ),
        (_SHORT_QUALITY,),
        MappingProxyType({"RO": _FIVE, "GB": _SIX}),
    ),
)


def offered(line: Line) -> list[Preset]:
    """Return the presets that fit a line: one with laws needs a law of one of the line's countries."""
    return [one for one in PRESETS if not one.laws or one.law_for(line.countries)]


def use(line: Line, preset: Preset, by: User) -> None:
    """Give a line the days, the duty and the rules of a preset; its other rules stay."""
    line.retention_days = preset.days_for(line.countries)
    line.sector_duty = preset.law_for(line.countries)
    with recounting.changing(line, by):
        actions.save_line(line, by=by)
        for rule in preset.rules:
            same = {"subject": rule.subject, "purpose": rule.purpose, "category": rule.category}
            KeepingRule.objects.filter(line=line, **same).delete()
            KeepingRule.objects.create(
                line=line,
                **same,
                minimum=rule.minimum,
                maximum=rule.maximum,
                event=rule.event.value,
                cap=rule.cap,
                then=rule.then.value,
            )
        audit.record(
            "line.preset_used",
            actor=by,
            resource=line,
            controller=line.controller_id,
            facts={"preset": preset.key, "rules": len(preset.rules)},
        )
