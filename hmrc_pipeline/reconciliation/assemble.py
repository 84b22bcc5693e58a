"""The cases of one person and tax year: documents and HMRC's employments put together by employment.

The PAYE reference is the key. Payslips that print none stand under their employer's name; a P60 or HMRC's employment
joins them when it has their name, or when it certifies exactly what they add up to.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from hmrc_pipeline.hmrc import HmrcEmployment, HmrcYear
from hmrc_pipeline.p60s.model import P60
from hmrc_pipeline.payslips.continuity import Chain, chains_of
from hmrc_pipeline.payslips.model import Payslip
from hmrc_pipeline.people.names import employer_key
from hmrc_pipeline.reconciliation.case import Case, Other, Surroundings, carried_over, open_case, to_dates_of
from hmrc_pipeline.reconciliation.compare import MEASURES
from hmrc_pipeline.tax_year import TaxYear

__all__ = ["cases_of"]


@dataclass
class _Group:
    """What carries one employment's name, and the chains its payslips make."""

    slips: list[Payslip] = field(default_factory=list)
    p60s: list[P60] = field(default_factory=list)
    hmrc: list[HmrcEmployment] = field(default_factory=list)
    chains: tuple[Chain, ...] = ()

    @property
    def closings(self) -> list[Mapping[str, Decimal]]:
        return _closings(self.chains)


def cases_of(
    person_id: str,
    tax_year: TaxYear,
    slips: Sequence[Payslip],
    p60s: Sequence[P60],
    hmrc: HmrcYear,
    *,
    today: date,
    tolerance: Decimal,
    strangers: Sequence[Payslip] = (),
) -> list[Case]:
    """Every employment of a person's year, in the order of their keys.

    `strangers` are the person's payslips that count in a neighbouring year though date or period lies in this one.
    """
    groups = _groups(tax_year, slips, p60s, hmrc)
    alone = Surroundings(today, tolerance, hmrc_absent=hmrc.absent, hmrc_lacks=hmrc.missing)
    return [
        open_case(
            tax_year,
            key,
            group.slips,
            group.p60s,
            group.hmrc,
            _among_others(alone, key, groups, strangers),
            person_id=person_id,
            chains=group.chains,
        )
        for key, group in groups.items()
    ]


def _groups(tax_year: TaxYear, slips: Sequence[Payslip], p60s: Sequence[P60], hmrc: HmrcYear) -> dict[str, _Group]:
    """Documents and HMRC's records by employment, in the order of the keys."""
    groups: dict[str, _Group] = defaultdict(_Group)
    for slip in slips:
        groups[slip.employment].slips.append(slip)
    for p60 in p60s:
        groups[p60.employment].p60s.append(p60)
    for item in hmrc.employments:
        groups[_key_of(item, groups)].hmrc.append(item)
    for group in groups.values():
        group.chains = chains_of(tax_year, group.slips)
    _join_by_figures(groups)
    return dict(sorted(groups.items()))


def _among_others(
    alone: Surroundings, key: str, groups: Mapping[str, _Group], strangers: Sequence[Payslip]
) -> Surroundings:
    """The surroundings of one employment: what the person's others came to, and payslips beside 6 April."""
    others = {name: group for name, group in groups.items() if name != key}
    return replace(
        alone,
        elsewhere=tuple(closing for group in others.values() for closing in (*group.closings, *_at_hmrc_alone(group))),
        others=tuple(_other(name, group) for name, group in others.items()),
        strangers=tuple(slip for slip in strangers if slip.employment == key or not others),
    )


def _key_of(item: HmrcEmployment, groups: Mapping[str, _Group]) -> str:
    if item.paye_reference in groups or not item.employer_name:
        return item.paye_reference
    name = employer_key(item.employer_name)
    named = [key for key in groups if "/" not in key and employer_key(key) == name]
    return named[0] if len(named) == 1 and not groups[named[0]].hmrc else item.paye_reference


def _join_by_figures(groups: dict[str, _Group]) -> None:
    """An employer goes by another name on payslips than on the P60: pay and tax to the penny tell that it is one."""
    unnamed = [key for key, group in groups.items() if "/" not in key and not group.p60s and not group.hmrc]
    for key in sorted(unnamed):
        closings = groups[key].closings
        alike = [other for other, group in groups.items() if not group.slips and _certifies(group, closings)]
        if len(alike) == 1:
            gone = groups.pop(key)
            groups[alike[0]].slips, groups[alike[0]].chains = gone.slips, gone.chains


def _certifies(group: _Group, closings: Sequence[Mapping[str, Decimal]]) -> bool:
    certified = [(p60.measure("taxable_pay"), p60.measure("income_tax")) for p60 in group.p60s if p60.current]
    certified += [(item.pay, item.tax) for item in group.hmrc]
    told = [(closing.get("taxable_pay"), closing.get("income_tax")) for closing in closings]
    return len(told) == 1 and bool(told[0][0]) and told[0][1] is not None and told[0] in certified


def _closings(chains: Sequence[Chain]) -> list[Mapping[str, Decimal]]:
    """What a P45 of the employment would carry over: taxable pay and tax to date at its last payslip."""
    found: list[Mapping[str, Decimal]] = []
    for chain in chains:
        last = {name: _to_date(chain.slips[-1].ytd(name), chain.total(name)) for name in MEASURES}
        found.append({name: amount for name, amount in last.items() if amount is not None})
    return found


def _at_hmrc_alone(group: _Group) -> list[Mapping[str, Decimal]]:
    """What an employment came to of which there is no payslip, by HMRC; whole pounds may be cut and prove nothing."""
    told = [(item.pay, item.tax) for item in group.hmrc if item.kind == "employment" and not group.chains]
    return [
        {"taxable_pay": pay, "income_tax": tax}
        for pay, tax in told
        if pay is not None and tax is not None and (pay % 1 or tax % 1)
    ]


def _other(key: str, group: _Group) -> Other:
    """An employment as another one of the same person sees it."""
    chains, closings = group.chains, group.closings
    printed = [item.employer_name for item in reversed(group.slips)] + [item.employer_name for item in group.p60s]
    names = [name for name in (*printed, *(item.employer_name for item in group.hmrc)) if name]
    held = [(item.pay, item.tax) for item in group.hmrc]
    forms = [p60 for p60 in group.p60s if p60.current]
    return Other(
        key,
        names[0] if names else None,
        closings[0] if len(closings) == 1 else {},
        to_dates_of(chains[0]) if len(chains) == 1 else (),
        held[0] if len(held) == 1 else None,
        tuple(slip.sha256 for chain in chains for slip in chain.slips[-1:]),
        max((slip.pay_date for chain in chains for slip in chain.slips), default=None),
        (forms[0].measure("taxable_pay"), forms[0].measure("income_tax")) if len(forms) == 1 else (None, None),
        carried_over(chains[0]) if len(chains) == 1 else None,
    )


def _to_date(ytd: Decimal | None, total: Decimal | str) -> Decimal | None:
    if ytd is not None:
        return ytd
    return total if isinstance(total, Decimal) else None
