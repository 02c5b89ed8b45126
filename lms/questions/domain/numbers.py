"""How a number that a person writes is read: exactly, by the language it is written in, and never guessed.

A comma is a decimal sign to some and parts the thousands for others; so is a point. Three rules decide, in this order.

1. What a language's own signs make of a text is its number. French and Portuguese write `1 234,5`, English `1,234.5`,
   and Arabic has signs that nobody else uses. So `1,234` is 1.234 in French, and 1234 in English.
2. What they make nothing of is read by every custom there is: with a point, a comma or the Arabic sign before the
   decimals; with blanks, points, commas or the Arabic sign between the thousands. If all agree, that is the number:
   `1.5` in French, `1,5` in English, `1.234.567` in both.
3. If two customs differ, the number is ambiguous, and nobody chooses for its author. `1.234` is in French: as many a
   keypad writes it, 1.234, and as many an office does, 1234. In any language but those above, `1,234` is too.

Groups have three digits, and no leading zero, so `0.125` has decimals in every language. Digits of every script are
read, and exponents as in `1.2e6`. Anything else is unreadable.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

LONGEST_NUMBER = 100
MOST_DIGITS = 40
LARGEST_EXPONENT = 30
MOST_PLACES = 100

# The code for no language in particular: what is written in it reads the same in every other.
UNDETERMINED = "und"

# Other blanks that part the thousands (no-break, thin, narrow no-break), and the marks that keyboards put beside digits
# to set their direction, which nobody sees.
_EVEN = str.maketrans(
    {"\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u200e": None, "\u200f": None, "\u061c": None}
)
_MINUS = "\u2212"
_NUMBER = re.compile(
    r"(?P<sign>[-+\u2212]?) *"
    r"(?P<digits>[0-9 .,\u066b\u066c]+)"
    r"(?:[eE](?P<exponent>[-+\u2212]?[0-9]{1,3}))?"
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What stands before the decimals, and between the thousands."""

    decimal: str
    group: str

    def read(self, digits: str) -> Fraction | None:
        """Return the number that these signs make of digits; None if they make none."""
        decimal, group = re.escape(self.decimal), re.escape(self.group)
        whole = rf"[0-9]+|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+"
        if re.fullmatch(rf"(?:{whole})?(?:{decimal}[0-9]+)?", digits) is None:
            return None
        return Fraction(digits.replace(self.group, "").replace(self.decimal, "."))


_OWN_SIGNS: Mapping[str, Signs] = {
    "ar": Signs("\u066b", "\u066c"),
    "en": Signs(".", ","),
    "fr": Signs(",", " "),
    "pt": Signs(",", " "),
}
_EVERY_CUSTOM = tuple(
    Signs(decimal, group)
    for decimal, group in product((".", ",", "\u066b"), (" ", ".", ",", "\u066c"))
    if decimal != group
)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """What two customs read differently; `nearer` is nearer to zero."""

    nearer: Fraction
    farther: Fraction

    def __post_init__(self) -> None:
        if not abs(self.nearer) < abs(self.farther):
            raise ValueError("two readings that do not differ are one")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A text that is no number, or one of no sane size."""


Reading = Fraction | Ambiguous | Unreadable


def read_number(text: str, language: str) -> Reading:
    """Return what a text says in a language such as `fr` or `pt-BR`."""
    found = _NUMBER.fullmatch(_tidy(text)) if len(text) <= LONGEST_NUMBER else None
    if found is None:
        return Unreadable()
    digits = found["digits"]
    exponent = int((found["exponent"] or "0").replace(_MINUS, "-"))
    count = sum(sign.isdigit() for sign in digits.lstrip("0 .,\u066b\u066c"))
    if count > MOST_DIGITS or abs(exponent) > LARGEST_EXPONENT:
        return Unreadable()
    scale = Fraction(10) ** exponent * (-1 if found["sign"] in {"-", _MINUS} else 1)
    own = _OWN_SIGNS.get(_without_region(language))
    if own is not None and (value := own.read(digits)) is not None:
        return value * scale
    readings = {signs.read(digits) for signs in _EVERY_CUSTOM}
    values = sorted(value for value in readings if value is not None)
    if not values:
        return Unreadable()
    if len(values) == 1:
        return values[0] * scale
    nearer, farther = values
    return Ambiguous(nearer * scale, farther * scale)


def _tidy(text: str) -> str:
    """Return a text with plain digits and blanks, and none at its ends."""
    signs = ((sign, unicodedata.decimal(sign, None)) for sign in text.translate(_EVEN))
    return "".join(sign if digit is None else str(digit) for sign, digit in signs).strip()


def _without_region(language: str) -> str:
    return language.split("-")[0]


def write_number(value: Fraction, language: str) -> str:
    """Return a number so that whoever reads it in the language, `read_number` too, reads this number.

    Arabic gets no signs of its own, since its digits differ from country to country. Raises `ValueError` if the
    decimals never end.
    """
    places = next((n for n in range(MOST_PLACES) if 10**n % value.denominator == 0), None)
    if places is None:
        raise ValueError(f"the decimals of {value} do not end")
    digits = str(abs(value) * 10**places).rjust(places + 1, "0")
    whole, decimals = digits[: len(digits) - places], digits[len(digits) - places :]
    language = _without_region(language)
    if language in {"en", "fr", "pt"}:
        signs = _OWN_SIGNS[language]
        if len(whole) > 4:
            whole = f"{int(whole):,}".replace(",", signs.group.replace(" ", "\u202f"))
        decimal = signs.decimal
    else:
        decimal = "."
        if len(decimals) == 3:
            # Three could be taken for a group.
            decimals += "0"
    return (_MINUS if value < 0 else "") + whole + (decimal + decimals if decimals else "")
