"""The catalogue as the API writes it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from lms.web.paging import Cursor, Page, PageRequest


class ModuleListRequest(PageRequest):
    """Which modules, and how many."""

    cursor = Cursor(
        str,
        load_default=None,
        metadata={"type": "string", "description": "The `next` of the page before."},
    )
    language = fields.String(
        load_default=None,
        validate=validate.Length(2, 16),
        metadata={"description": "Only modules that can be taken in it, with texts in it."},
    )
    programme = fields.String(
        load_default=None,
        validate=validate.Length(1, 64),
        metadata={"description": "Key of a programme."},
    )
    q = fields.String(
        load_default=None,
        validate=validate.Length(max=200),
        metadata={"description": "Words in the code, title or summary, in any language."},
    )


class ModuleRequest(Schema):
    """In which language to tell of a module."""

    language = fields.String(load_default=None, validate=validate.Length(2, 16))


class ModuleLine(Schema):
    """A module in a list."""

    slug = fields.String(required=True)
    code = fields.String(required=True)
    programme = fields.String(required=True, metadata={"description": "Key of the programme."})
    programme_title = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    minutes = fields.Integer(
        required=True, metadata={"description": "What all its activities take together."}
    )
    hours = fields.Float(
        required=True, metadata={"description": "The same in hours, to two decimals."}
    )
    languages = fields.List(fields.String(), required=True)


class ModuleList(Page):
    """Modules by programme and code."""

    items = fields.List(fields.Nested(ModuleLine), required=True)


class PrerequisiteSchema(Schema):
    """A module to complete before."""

    slug = fields.String(required=True)
    title = fields.String(required=True)


class ModuleActivity(Schema):
    """An activity of a module."""

    key = fields.String(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    minutes = fields.Integer(required=True)


class ModuleSection(Schema):
    """A section of a module."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    activities = fields.List(fields.Nested(ModuleActivity), required=True)


class ModuleReply(ModuleLine):
    """A module with its outline."""

    prerequisites = fields.List(fields.Nested(PrerequisiteSchema), required=True)
    sections = fields.List(fields.Nested(ModuleSection), required=True)
