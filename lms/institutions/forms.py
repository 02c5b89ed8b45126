"""What the administrators' pages send, read into values."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Mapping
from datetime import date

from lms.core.i18n import INTERFACE_LANGUAGES
from lms.core.spreadsheets import UnreadableTable
from lms.institutions.commands import InstitutionDraft, ZoneDraft
from lms.institutions.domain import ImportReport

LARGEST_ID = 2**31 - 1
# No number of seats; the commands refuse it and say what is one.
NO_COUNT = -1
# What a file that was previewed may unpack to; requests are smaller than this anyway.
MOST_BYTES = 4 * 1024 * 1024


def read_names(form: Mapping[str, str]) -> dict[str, str]:
    """Return the name in each language of the interface."""
    return {code: form.get(f"name_{code}", "") for code in INTERFACE_LANGUAGES}


def read_draft(form: Mapping[str, str]) -> InstitutionDraft:
    """Return what the form makes of an institution."""
    return InstitutionDraft(
        name=read_names(form),
        kind=form.get("kind", ""),
        key=form.get("key", "").strip(),
        parent_id=read_id(form.get("parent", "")),
        zone_id=read_id(form.get("zone", "")),
    )


def read_zone_draft(form: Mapping[str, str]) -> ZoneDraft:
    """Return what the form makes of a zone."""
    return ZoneDraft(
        name=read_names(form),
        kind=form.get("kind", ""),
        key=form.get("key", "").strip(),
        parent_id=read_id(form.get("parent", "")),
    )


def read_id(text: str) -> int | None:
    """Return the id; an empty text names nothing (None), and what is no id, an id that nothing has."""
    if not text:
        return None
    is_id = text.isascii() and text.isdecimal() and len(text) <= 10
    return int(text) if is_id and int(text) <= LARGEST_ID else 0


def read_counts(form: Mapping[str, str]) -> dict[str, int]:
    """Return the number of seats by the type's key; an empty field is 0."""
    counts = {}
    for name, text in form.items():
        if name.startswith("seats-"):
            text = text.strip() or "0"
            is_count = text.isascii() and text.isdecimal() and len(text) <= 6
            counts[name.removeprefix("seats-")] = int(text) if is_count else NO_COUNT
    return counts


def read_day(text: str) -> date | None:
    """Return the day, or None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_other(form: Mapping[str, str]) -> bool:
    """Return whether the form says that what has a similar name is something else."""
    return form.get("is_other") == "1"


def pack_file(content: bytes) -> str:
    """Return a file as a hidden field carries it from its preview to its import."""
    return base64.b64encode(zlib.compress(content, 9)).decode()


def unpack_file(text: str) -> bytes:
    """Return the file that `pack_file` packed; raises `UnreadableTable` for anything else."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(base64.b64decode(text, validate=True), MOST_BYTES)
    except (ValueError, zlib.error) as error:
        raise UnreadableTable from error
    if not unpacking.eof:
        raise UnreadableTable
    return content


def hash_report(report: ImportReport) -> str:
    """Return what two reports have in common exactly if they say the same."""
    return hashlib.sha256(repr(report).encode()).hexdigest()
