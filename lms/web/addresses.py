"""Addresses: the ids in them, public ones for documents, and safe ones to go on to."""

from __future__ import annotations

from flask import current_app, url_for
from werkzeug.routing import IntegerConverter, Map

# What a column of ids holds.
LARGEST_ID = 2**31 - 1


class IdConverter(IntegerConverter):
    """`<int:…>` in an address. A larger number names nothing, and would be a fault in the database."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


def absolute_url(endpoint: str, **values: object) -> str:
    """Return the public address of `endpoint` under BASE_URL, with or without a request."""
    with current_app.test_request_context():
        path = url_for(endpoint, **values)  # type: ignore[arg-type]  # Flask types values as Any
    base: str = current_app.extensions["config"].base_url
    return base + path


def safe_next(address: str | None, default: str) -> str:
    """Return `address` if it is a path on this site, else `default`."""
    # Browsers skip tabs and line ends, so that what is left may name another site.
    if not address or not address.isprintable() or "\\" in address:
        return default
    if not address.startswith("/") or address.startswith("//"):
        return default
    return address
