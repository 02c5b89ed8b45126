"""Files that a browser keeps instead of showing."""

from __future__ import annotations

from flask import Response


def send_download(content: bytes, filename: str, media_type: str) -> Response:
    """Return `content` as a file to save under `filename`."""
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response
