"""Addresses: public ones for documents, and safe ones to go on to."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, url_for


def absolute_url(endpoint: str, **values: object) -> str:
    """Return the public address of `endpoint` under BASE_URL, with or without a request."""
    with current_app.test_request_context():
        path = url_for(endpoint, **values)  # type: ignore[arg-type]  # Flask types values as Any
    base: str = current_app.extensions["config"].base_url
    return base + path


def safe_next(address: str | None, default: str) -> str:
    """Return `address` if it is a path on this site, else `default`."""
    if not address or not address.startswith("/") or "\\" in address:
        return default
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or address.startswith("//"):
        return default
    return address
