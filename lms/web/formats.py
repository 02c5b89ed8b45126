"""How dates, numbers and durations read in the reader's language, and what every template can use."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from math import floor
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from flask import Flask, current_app, g, url_for
from flask_babel import gettext, ngettext
from flask_wtf.csrf import generate_csrf

from lms.core.i18n import INTERFACE_LANGUAGES, Message, direction, format_locale
from lms.web.actors import current_actor
from lms.web.languages import current_language, language_url


@lru_cache(maxsize=2048)
def _date(value: date, language: str) -> str:
    return format_date(value, format="long", locale=format_locale(language))


@lru_cache(maxsize=2048)
def _datetime(value: datetime, language: str) -> str:
    return format_datetime(value, format="d MMMM y, HH:mm", locale=format_locale(language)) + " UTC"


def as_date(value: date | datetime) -> str:
    """Return `22 novembre 2026` or `22 November 2026`."""
    return _date(value.date() if isinstance(value, datetime) else value, current_language())


def as_datetime(value: datetime) -> str:
    """Return the moment to the minute, in UTC."""
    return _datetime(value.replace(second=0, microsecond=0), current_language())


def as_percent(value: Fraction | Decimal | float) -> str:
    """Return a share between 0 and 1 as whole percent, halves up."""
    whole = floor(Fraction(value) * 100 + Fraction(1, 2))
    return format_percent(whole / 100, locale=format_locale(current_language()))


def as_number(value: Decimal | Fraction | float) -> str:
    """Return a number with at most two decimals."""
    return format_decimal(float(value), format="#,##0.##", locale=format_locale(current_language()))


def as_minutes(value: int) -> str:
    """Return `20 min`, `1 h` or `1 h 30 min`, alike in every interface language."""
    hours, minutes = divmod(value, 60)
    parts = ([f"{hours}\u00a0h"] if hours else []) + ([f"{minutes}\u00a0min"] if minutes else [])
    return "\u00a0".join(parts) or "0\u00a0min"


def as_sentence(message: Message) -> str:
    """Return a message from below the edges in the reader's language, moments and days in it written out."""
    params = {name: _written(value) for name, value in message.params.items()}
    return gettext(message.text, **params)


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return as_datetime(value)
    return as_date(value) if isinstance(value, date) else value


@cache
def _asset_version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """Return the address of a file in `web/static`; it changes with the content."""
    assert current_app.static_folder
    return url_for("static", filename=name, v=_asset_version(Path(current_app.static_folder, name)))


def setup_formats(app: Flask) -> None:
    """Give the filters and names to every template."""
    app.jinja_env.filters.update(
        date=as_date,
        datetime=as_datetime,
        percent=as_percent,
        number=as_number,
        minutes=as_minutes,
        direction=direction,
        message=as_sentence,
    )
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    config = app.extensions["config"]

    @app.context_processor
    def names() -> dict[str, Any]:
        return {
            "actor": _actor_or_none(),
            "language": current_language(),
            "languages": INTERFACE_LANGUAGES.items(),
            "language_url": language_url,
            "csrf_token": generate_csrf,
            "asset": asset,
            "demo": config.demo,
            "contact_email": config.contact_email,
            "_": gettext,
            "ngettext": ngettext,
        }


def _actor_or_none() -> object:
    if g.get("without_actor"):
        return None
    actor = current_actor()
    return actor if actor.person_id is not None else None
