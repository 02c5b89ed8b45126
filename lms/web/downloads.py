"""Files that a browser keeps instead of showing."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.wsgi import wrap_file

from lms.core.storage import storage

# What is read of a file at a time.
PIECE = 64 * 1024


def send_download(content: bytes, filename: str, media_type: str) -> Response:
    """Return `content` as a file to save under `filename`."""
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


def send_stored(key: str, filename: str, media_type: str, sha256: str) -> Response:
    """Return a stored file to save, piece by piece; raises `NotFound`.

    A download that was cut goes on: `Range` is heard, and `If-Range` with the ETag, which is the file's SHA-256.
    """
    size = storage().size(key)
    file = storage().open(key)
    body = wrap_file(request.environ, file, PIECE)
    response = Response(body, content_type=media_type, direct_passthrough=True)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    response.content_length = size
    response.set_etag(sha256)
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except HTTPException:
        file.close()
        raise
    return response
