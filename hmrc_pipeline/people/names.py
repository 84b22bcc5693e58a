"""How names of people and employers, and payroll numbers, are compared.

Pure functions of text. Two spellings with one key are taken to mean the same; a key is never shown.
"""

import re
import unicodedata
from functools import lru_cache

__all__ = ["employer_key", "name_key", "payroll_key"]

_TITLES = frozenset({"mr", "mrs", "miss", "ms", "mx", "dr", "prof", "professor", "sir", "dame", "lady", "lord", "rev"})
_COMPANY_FORMS = frozenset(["ltd", "limited", "plc", "llp", "lp", "cic", "inc", "co", "company"])
_NOT_A_WORD = re.compile(r"[^\w]+|_")


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    plain = (
        "".join(c for c in plain if not unicodedata.combining(c))
        .replace("'", "")
        .replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    )
    return [word for word in _NOT_A_WORD.split(plain) if word]


def name_key(name: str) -> str:
    """`Mr Ann-Marie O'Example`, `O'EXAMPLE, ANN MARIE` and `Ann Marie Oexample` are one: no title, any order."""
    words = _words(name)
    return " ".join(sorted(word for word in words if word not in _TITLES) or sorted(words))


@lru_cache(maxsize=4096)
def employer_key(name: str) -> str:
    """`Acme & Sons Ltd.` and `ACME AND SONS LIMITED` are one; `Acme UK Ltd` is another."""
    words = _words(name)
    kept = list(words)
    while len(kept) > 1 and kept[-1] in _COMPANY_FORMS:
        kept.pop()
    if len(kept) > 1 and kept[0] == "the":
        kept.pop(0)
    return " ".join(kept)


def payroll_key(number: str) -> str:
    """`00042`, `42` and ` 42 ` are one payroll number."""
    joined = "".join(_words(number)).upper()
    return joined.lstrip("0") or joined[:1]
