"""Security headers, a few lines of our own, and how bodies travel."""

from __future__ import annotations

from flask import Flask, Response, current_app, request
from flask_compress import Compress

from lms.web.actors import has_session

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def add_headers(response: Response) -> Response:
    """Add what every answer carries; a signed-in person's pages are kept by no cache at all."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if current_app.extensions["config"].is_https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint == "static" and "v" in request.args and response.status_code < 400:
        # `asset` gives each content an address of its own.
        response.cache_control.immutable = True
    elif "Cache-Control" not in headers:
        # Computers are shared: after signing out, the back button must not bring a page back.
        headers["Cache-Control"] = "no-store" if has_session() else "private, no-cache"
    return response


def setup_headers(app: Flask) -> None:
    """Add the headers to every answer, refusals included."""
    app.after_request(add_headers)


def read_static(response: Response) -> Response:
    """Read a file of the design at once: a stream is not compressed for those who take gzip alone."""
    if request.endpoint == "static":
        response.direct_passthrough = False
        response.make_sequence()
    return response


def setup_compression(app: Flask) -> None:
    """Send bodies by Brotli or gzip. What is asked last is done first: the file is read before."""
    Compress(app)
    app.after_request(read_static)
