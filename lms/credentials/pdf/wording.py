"""Dates, durations and scores as they are printed, in a language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from babel import Locale
from babel.dates import format_date as format_day
from babel.numbers import format_percent
from babel.units import format_unit

from lms.core.i18n import format_locale


def format_date(day: date, language: str, length: Literal["long", "medium"] = "long") -> str:
    """Return '15 February 2026', or medium '15 Feb 2026'."""
    return format_day(day, length, locale=format_locale(language))


def format_minutes(minutes: int, language: str, length: Literal["long", "short"] = "long") -> str:
    """Return '20 minutes', '1 hour 30 minutes', '2 hours'; `length` is Babel's."""
    hours, rest = divmod(minutes, 60)
    locale = format_locale(language)
    parts = [
        format_unit(count, f"duration-{unit}", length=length, locale=locale)
        for count, unit in ((hours, "hour"), (rest, "minute"))
        if count or (unit == "minute" and not hours)
    ]
    # The number and its unit stay on one line.
    return " ".join(part.replace(" ", "\u00a0") for part in parts)


def format_score(score: Fraction, language: str) -> str:
    """Return it as a percentage, with a decimal where there is one."""
    locale = Locale.parse(format_locale(language))
    pattern = locale.percent_formats[None].pattern.replace("0", "0.#")
    value = Decimal(score.numerator) / Decimal(score.denominator)
    return format_percent(value, format=pattern, locale=locale)
