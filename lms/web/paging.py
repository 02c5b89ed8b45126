"""Lists that are read page by page: an opaque cursor says where the next page begins."""

from __future__ import annotations

import base64
import json
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from lms.core.i18n import N_
from lms.web.addresses import LARGEST_ID

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 100
LONGEST_CURSOR = 500


def encode_cursor(place: int | str) -> str:
    """Return the cursor of what comes after `place`, an item's key in its list."""
    text = json.dumps(place, ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class Cursor(fields.Field[Any]):
    """The `next` of the page before, read as the place that it holds."""

    def __init__(self, holds: type[int] | type[str] = int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.holds = holds

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            padding = "=" * (-len(value) % 4)
            text = base64.b64decode(value + padding, altchars=b"-_", validate=True)
            place = json.loads(text)
        except (ValueError, RecursionError):
            place = None
        if (
            type(place) is not self.holds
            or len(value) > LONGEST_CURSOR
            or (isinstance(place, int) and not 0 <= place <= LARGEST_ID)
            or encode_cursor(place) != value
        ):
            raise ValidationError(N_("The cursor is not one that this list gave."))
        return place


class PageRequest(Schema):
    """What every list takes: how many items, and after which."""

    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(1, LARGEST_LIMIT),
        metadata={"description": "The most items to return."},
    )
    cursor = Cursor(
        load_default=None,
        metadata={"type": "string", "description": "The `next` of the page before."},
    )


class Page(Schema):
    """A page of a list; each list adds its `items`."""

    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The cursor of the next page; null on the last."},
    )


def cut_page(items: list[dict[str, Any]], limit: int, *, key: str) -> dict[str, Any]:
    """Return a page of the items of a list that was asked for one more than `limit`; `key` is their place."""
    shown = items[:limit]
    has_more = len(items) > limit
    return {"items": shown, "next": encode_cursor(shown[-1][key]) if has_more else None}
