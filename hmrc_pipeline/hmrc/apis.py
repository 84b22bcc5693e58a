"""HMRC's five annual-summary APIs: name, path, version, scope, and the shape of their answers.

Answers are open schemas: what we know is read, what we do not know is kept in the snapshot and ignored here.
Sending requests belongs to `client`, keeping answers to `snapshots`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hmrc_pipeline.identifiers import InvalidIdentifier, PayeReference, Utr
from hmrc_pipeline.settings import Settings
from hmrc_pipeline.tax_year import TaxYear

__all__ = [
    "APIS",
    "LARGEST",
    "STATE_PENSION_LUMP_SUM",
    "Api",
    "EmploymentRow",
    "Summary",
    "UnexpectedShape",
    "api_named",
    "dump_json",
    "load_json",
    "parse_summary",
]

STATE_PENSION_LUMP_SUM = "267/LS500"  # HMRC lists the State Pension lump sum as if it were an employer
LARGEST = Decimal(10) ** 12
"""No amount of HMRC's is this large, in pounds."""


class UnexpectedShape(ValueError):
    """The answer is not what the API promises. The message names the field, never its value."""


@dataclass(frozen=True)
class Api:
    """One API: what it is called, which scope it needs, which version is asked for unless a setting says otherwise."""

    name: str
    version: str
    scope: str
    summary_key: str
    """Its key in an HMRC summary file: `income`, `tax`, `employment`, `benefits`, `national_insurance`."""

    def path(self, utr: Utr, tax_year: TaxYear) -> str:
        return f"/{self.name}/sa/{utr.value}/annual-summary/{tax_year.label}"

    def version_in(self, settings: Settings) -> str:
        return str(getattr(settings, f"hmrc_{self.name.replace('-', '_')}_version"))


APIS: tuple[Api, ...] = (
    Api("individual-tax", "1.1", "read:individual-tax", "tax"),
    Api("individual-income", "1.2", "read:individual-income", "income"),
    Api("individual-employment", "1.2", "read:individual-employment", "employment"),
    Api("individual-benefits", "1.1", "read:individual-benefits", "benefits"),
    Api("national-insurance", "1.1", "read:national-insurance", "national_insurance"),
)


def api_named(name: str) -> Api:
    """The API of that name. Raises `KeyError`."""
    for api in APIS:
        if api.name == name:
            return api
    raise KeyError(name)


@dataclass(frozen=True)
class EmploymentRow:
    """One entry of `employments`. A figure that HMRC left out is None, not 0."""

    paye_reference: str
    employer_name: str | None = None
    pay: Decimal | None = None
    tax: Decimal | None = None
    off_payroll: bool | None = None
    benefits: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True)
class Summary:
    """An answer as far as we know its fields: employments, and amounts that belong to no employment by dotted name."""

    employments: tuple[EmploymentRow, ...]
    other: tuple[tuple[str, Decimal], ...] = ()


def load_json(text: str) -> dict[str, Any]:
    """A JSON object with every number as `Decimal`. Raises `UnexpectedShape`."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise UnexpectedShape("the answer is not JSON") from None
    if not isinstance(found, dict):
        raise UnexpectedShape("the answer is not a JSON object")
    return found


def dump_json(value: Any) -> str:
    """JSON text with every `Decimal` digit for digit. Raises `UnexpectedShape` for what JSON cannot say."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(key))}:{dump_json(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(dump_json(entry) for entry in value) + "]"
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    try:
        return json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise UnexpectedShape("it holds something that JSON cannot say") from None


def parse_summary(body: Mapping[str, Any]) -> Summary:
    """Read an annual summary of any of the five APIs. Raises `UnexpectedShape`."""
    entries = body.get("employments", [])
    if not isinstance(entries, list):
        raise UnexpectedShape("employments is not a list")
    other: list[tuple[str, Decimal]] = []
    for name, value in sorted(body.items()):
        if isinstance(value, Mapping):
            other += [(f"{name}.{key}", _amount(value, key)) for key in sorted(value) if _is_number(value[key])]
    return Summary(tuple(_employment(entry) for entry in entries), tuple(other))


def _employment(entry: object) -> EmploymentRow:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("employerPayeReference"), str):
        raise UnexpectedShape("an employment has no employerPayeReference")
    known = {"payFromEmployment", "taxTakenOffPay"}
    name, off_payroll = entry.get("employerName"), entry.get("offPayrollWorkFlag")
    return EmploymentRow(
        paye_reference=_reference(entry["employerPayeReference"]),
        employer_name=" ".join(name.split()) or None if isinstance(name, str) else None,
        pay=_amount(entry, "payFromEmployment") if "payFromEmployment" in entry else None,
        tax=_amount(entry, "taxTakenOffPay") if "taxTakenOffPay" in entry else None,
        off_payroll=off_payroll if isinstance(off_payroll, bool) else None,
        benefits=tuple((k, _amount(entry, k)) for k in sorted(entry) if k not in known and _is_number(entry[k])),
    )


def _reference(text: str) -> str:
    try:
        return PayeReference.parse(text).value
    except InvalidIdentifier:
        return "".join(text.split()).upper()  # HMRC's own spelling varies: better unusual than lost


def _is_number(value: object) -> bool:
    return isinstance(value, Decimal)


def _amount(entry: Mapping[str, Any], key: str) -> Decimal:
    value = entry[key]
    if not isinstance(value, Decimal) or not abs(value) < LARGEST or value != round(value, 2):
        raise UnexpectedShape(f"{key} is not an amount of money")
    return round(value, 2)


def _no_constant(_text: str) -> Any:
    raise ValueError
