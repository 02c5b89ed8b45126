"""Refuses, before any room reads it, what no room could: text that no database keeps, and JSON without end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import BadRequest

# PostgreSQL refuses NUL; half a pair of surrogates cannot be written as UTF-8.
UNKEEPABLE = re.compile("[\0\ud800-\udfff]")


class UnreadableBody(BadRequest):
    """The body calls itself JSON and is none, or nests too deeply."""

    data = {"messages": {"json": ["Invalid JSON body."]}}


def setup_readable(app: Flask) -> None:
    """Look through the address, forms and JSON of every request."""
    app.before_request(_refuse_unreadable)


def _refuse_unreadable() -> None:
    sent = [request.path, *request.args.values(), *request.form.values()]
    if request.is_json and request.get_data():
        try:
            sent += _texts(request.get_json())
        except (BadRequest, RecursionError):
            raise UnreadableBody from None
    if UNKEEPABLE.search("".join(sent)):
        raise BadRequest


def _texts(value: Any) -> Iterator[str]:
    """Walk JSON; yield every text in it, names of members too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
