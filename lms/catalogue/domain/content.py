"""When two contents are the same."""

from __future__ import annotations

import hashlib
import json


def content_hash(content: object) -> str:
    """Return the SHA-256 of plain JSON, the same whatever the order of its keys."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
