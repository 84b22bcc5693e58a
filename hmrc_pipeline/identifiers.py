"""The identifiers HMRC and payrolls print: NINO, UTR, PAYE reference, tax code.

Each is a value object: `parse` normalises or raises `InvalidIdentifier`, `masked` is fit for people's eyes,
and `repr` of a personal one is masked, so that no log line can spell it. Whose they are belongs to `people`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

__all__ = ["InvalidIdentifier", "Nino", "PayeReference", "TaxBasis", "TaxCode", "Utr"]

TaxBasis = Literal["W1", "M1", "X"]


class InvalidIdentifier(ValueError):
    """The text is not a valid identifier. The message never repeats the text."""


def _squeeze(text: str) -> str:
    return "".join(text.split()).upper()


@dataclass(frozen=True, repr=False)
class Nino:
    """A National Insurance number, `QQ123456C`. The suffix may be missing on old payslips.

    Rule: HMRC National Insurance Manual NIM39110. Prefix QQ is HMRC's documentation example: accepted and
    marked `is_example`, never sent to a production host.
    """

    value: str

    _PATTERN = re.compile(r"([A-Z]{2})([0-9]{6})([A-D]?)")
    _NEVER_ISSUED = frozenset({"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"})

    @classmethod
    def parse(cls, text: str) -> "Nino":
        squeezed = _squeeze(text).replace("-", "").replace(".", "")
        match = cls._PATTERN.fullmatch(squeezed)
        if match is None:
            raise InvalidIdentifier("a National Insurance number is two letters, six digits and a letter A to D")
        prefix = match[1]
        if prefix != "QQ" and (prefix[0] in "DFIQUV" or prefix[1] in "DFIOQUV" or prefix in cls._NEVER_ISSUED):
            raise InvalidIdentifier("no National Insurance number starts with these two letters")
        return cls(squeezed)

    @property
    def stem(self) -> str:
        """The eight characters that identify the person; the suffix adds nothing."""
        return self.value[:8]

    @property
    def is_example(self) -> bool:
        return self.value.startswith("QQ")

    @property
    def masked(self) -> str:
        return f"{self.value[:2]}****{self.value[6:]}"

    def __repr__(self) -> str:
        return "Nino(hidden)"


@dataclass(frozen=True, repr=False)
class Utr:
    """A Unique Taxpayer Reference: ten digits, the first a check digit over the other nine (modulus 11)."""

    value: str

    _WEIGHTS = (6, 7, 8, 9, 10, 5, 4, 3, 2)
    _CHECK = "21987654321"

    @classmethod
    def parse(cls, text: str) -> "Utr":
        squeezed = _squeeze(text).removesuffix("K").removeprefix("K")
        if not re.fullmatch(r"[0-9]{10}", squeezed):
            raise InvalidIdentifier("a UTR is ten digits")
        weighted = sum(w * int(d) for w, d in zip(cls._WEIGHTS, squeezed[1:], strict=True))
        if cls._CHECK[weighted % 11] != squeezed[0]:
            raise InvalidIdentifier("the UTR's check digit is wrong: look for a mistyped digit")
        return cls(squeezed)

    @property
    def masked(self) -> str:
        return f"*******{self.value[-3:]}"

    def __repr__(self) -> str:
        return "Utr(hidden)"


@dataclass(frozen=True)
class PayeReference:
    """An employer PAYE reference, `123/AB456`: three digits of the office, then the employer's own part."""

    value: str

    _PATTERN = re.compile(r"([0-9]{3})/?([A-Z0-9]{1,10})")

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> "PayeReference":
        match = cls._PATTERN.fullmatch(_squeeze(text).replace("-", ""))
        if match is None:
            raise InvalidIdentifier("a PAYE reference is three digits, a slash and up to ten letters or digits")
        return cls(f"{match[1]}/{match[2]}")

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class TaxCode:
    """A tax code without its basis, `1257L`, `SK475`, `BR`, and the basis when one is printed.

    `nation` is `S` (Scottish rates), `C` (Welsh rates) or empty; `kind` is `L` for every code that gives free
    pay (suffix L, M, N or T), `K`, `BR`, `D0` to `D8`, `0T` or `NT`; `number` is the digits or 0.
    """

    value: str
    nation: str
    kind: str
    number: int
    basis: TaxBasis | None = None

    _PATTERN = re.compile(
        r"(?P<nation>[SC]?)(?:(?P<k>K)(?P<knumber>\d{1,5})|(?P<number>\d{1,5})(?P<suffix>[LMNT])|(?P<word>BR|D[0-8]|NT))"
        r"(?P<basis>W1/?M1|W1|M1|WK1|MTH1|X|WEEK1|MONTH1|NONCUM|CUMUL|CUM)?",
        re.ASCII,
    )

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> "TaxCode":
        squeezed = _squeeze(text).replace("(", "").replace(")", "")
        match = cls._PATTERN.fullmatch(squeezed)
        if match is None:
            raise InvalidIdentifier("not a tax code: look for one like 1257L, K475, BR, D0, 0T or NT")
        basis = _BASES.get(match["basis"] or "")
        body = squeezed[: len(squeezed) - len(match["basis"] or "")]
        if match["k"]:
            return cls(body, match["nation"], "K", int(match["knumber"]), basis)
        if match["word"]:
            return cls(body, match["nation"], match["word"], 0, basis)
        number = int(match["number"])
        kind = "0T" if number == 0 else "L"
        return cls(body, match["nation"], kind, number, basis)

    def __str__(self) -> str:
        return f"{self.value} {self.basis}" if self.basis else self.value


_BASES: dict[str, TaxBasis] = {
    "W1": "W1",
    "WK1": "W1",
    "WEEK1": "W1",
    "M1": "M1",
    "MTH1": "M1",
    "MONTH1": "M1",
    "W1M1": "X",
    "W1/M1": "X",
    "X": "X",
    "NONCUM": "X",
}
