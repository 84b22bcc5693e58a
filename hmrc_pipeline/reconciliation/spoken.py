"""Amounts and pay periods of findings as a sentence says them: no signs, no long lists.

What a finding says beside them belongs to its cause and to `report`.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from hmrc_pipeline.money import format_pounds
from hmrc_pipeline.reconciliation.measures import MEASURE_NAMES

__all__ = ["amounts_said", "more_or_less", "periods_said"]


def amounts_said(amounts: Mapping[str, Decimal], *, compared: bool = False) -> str:
    """`£90.00 taxable pay, £5.00 less Income Tax`. `compared` says `more` of what is not less."""
    return ", ".join(
        f"{more_or_less(amount) if compared or amount < 0 else format_pounds(amount)} {MEASURE_NAMES[name]}"
        for name, amount in amounts.items()
    )


def more_or_less(amount: Decimal) -> str:
    """`£5.00 less` where the amount is negative, else `£5.00 more`."""
    return f"{format_pounds(abs(amount))} {'less' if amount < 0 else 'more'}"


def periods_said(unit: str, periods: Sequence[int]) -> str:
    """`tax months 1 to 8, 10, 12`, `tax week 7`: a weekly year would be a long list."""
    runs: list[list[int]] = []
    for period in periods:
        if runs and period == runs[-1][-1] + 1:
            runs[-1].append(period)
        else:
            runs.append([period])
    ends = [[str(run[0])] if len(run) == 1 else [str(run[0]), str(run[-1])] for run in runs]
    spans = ", ".join((" to " if len(run) > 2 else ", ").join(pair) for run, pair in zip(runs, ends, strict=True))
    return f"{unit} {spans}" if len(periods) == 1 else f"{unit}s {spans}"
