"""`programme.yaml` and `module.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from marshmallow import ValidationError

from lms.catalogue.course_files.fields import (
    Item,
    Key,
    Language,
    ListOf,
    Schema,
    Text,
    Texts,
    Whole,
    YesNo,
    is_language,
)
from lms.catalogue.course_files.folder import CourseFolder
from lms.catalogue.course_files.writer import CourseWriter
from lms.catalogue.course_files.yaml_text import Document
from lms.catalogue.domain import (
    MOST_LOGOS,
    MOST_SIGNATORIES,
    ActivityEntry,
    ModuleManifest,
    PartnerLogo,
    ProgrammeManifest,
    SectionEntry,
    Signatory,
    list_outline_problems,
)
from lms.core.i18n import INTERFACE_LANGUAGES, N_, Message

PROGRAMME_FILE = "programme.yaml"
MODULE_FILE = "module.yaml"
LONGEST_TITLE = 250
LONGEST_SIGNATORY = 60
LONGEST_FUNCTION = 100
LONGEST_ALT = 120
ONE_DAY = 24 * 60
MOST_MONTHS = 120


class SignatorySchema(Schema):
    """An item of a programme's `signatories`."""

    name = Text(required=True, longest=LONGEST_SIGNATORY)
    title = Texts(Text(longest=LONGEST_FUNCTION), required=True)


class LogoSchema(Schema):
    """An item of a programme's `logos`."""

    file = Text(required=True, longest=LONGEST_TITLE)
    alt = Texts(Text(longest=LONGEST_ALT), required=True)


class ProgrammeCertificateSchema(Schema):
    """A programme's `certificate`."""

    signatories = ListOf(Item(SignatorySchema), most=MOST_SIGNATORIES, load_default=list)
    logos = ListOf(Item(LogoSchema), most=MOST_LOGOS, load_default=list)


class ProgrammeSchema(Schema):
    """`programme.yaml`."""

    title = Texts(Text(longest=LONGEST_TITLE), required=True)
    summary = Texts(required=True)
    certificate = Item(ProgrammeCertificateSchema, load_default=dict)


class ActivitySchema(Schema):
    """An item of `activities`."""

    kind = Key(required=True)
    key = Key(required=True)
    minutes = Whole(required=True, least=1, most=ONE_DAY)
    required = YesNo(load_default=True)
    after = ListOf(Key(), load_default=list)


class SectionSchema(Schema):
    """An item of `sections`."""

    key = Key(required=True)
    title = Texts(Text(longest=LONGEST_TITLE), required=True)
    activities = ListOf(Item(ActivitySchema), least=1, required=True)


class ModuleCertificateSchema(Schema):
    """A module's `certificate`."""

    valid_months = Whole(least=1, most=MOST_MONTHS, load_default=None)
    participation = YesNo(load_default=False)


class ModuleSchema(Schema):
    """`module.yaml`."""

    code = Text(required=True, longest=16)
    title = Texts(Text(longest=LONGEST_TITLE), required=True)
    summary = Texts(required=True)
    source_language = Language(required=True)
    languages = ListOf(Language(), least=1, load_default=None)
    prerequisites = ListOf(Key(), load_default=list)
    certificate = Item(ModuleCertificateSchema, load_default=dict)
    sections = ListOf(Item(SectionSchema), least=1, required=True)


def read_programme(folder: CourseFolder) -> ProgrammeManifest | None:
    """Read a programme's own description, in every language of the interface."""
    file = folder.read_yaml(PROGRAMME_FILE, ProgrammeSchema())
    if file is None:
        # Which files a faulty description would use, nobody knows.
        folder.lose_track()
        return None
    certificate = file.values["certificate"]
    signatories = [Signatory(**values) for values in certificate.get("signatories", ())]
    logos: list[PartnerLogo] = []
    for at, values in enumerate(certificate.get("logos", ())):
        wanted_by = (PROGRAMME_FILE, file.line("certificate", "logos", at, "file"))
        found = folder.use_logo(values["file"], wanted_by)
        if found is not None:
            logos.append(PartnerLogo(values["file"], *found, values["alt"]))
    return ProgrammeManifest(
        folder.root.resolve().name,
        file.values["title"],
        file.values["summary"],
        tuple(signatories),
        tuple(logos),
    )


def read_module(
    folder: CourseFolder,
) -> tuple[ModuleManifest | None, Sequence[ActivityEntry]]:
    """Read a module's manifest and its activities, and tell `folder` the module's languages.

    Where the manifest is faulty there is none, but the activities that can be made out, so that the faults of their
    files are told at the same time.
    """
    document = folder.read_document(MODULE_FILE)
    if document is None:
        return None, ()
    folder.languages, folder.source_language = _peek_languages(document)
    manifest = _read_manifest(folder, document)
    return manifest, manifest.activities if manifest else _peek_activities(document)


def _read_manifest(folder: CourseFolder, document: Document) -> ModuleManifest | None:
    file = folder.fit(MODULE_FILE, document, ModuleSchema())
    if file is None:
        return None
    values = file.values
    if values["source_language"] not in folder.languages:
        text = N_("The source language is not one of the module’s languages.")
        folder.fault(MODULE_FILE, file.line("source_language"), Message(text))
        return None
    sections = tuple(
        _read_section(section, document, at) for at, section in enumerate(values["sections"])
    )
    problems = list(list_outline_problems(sections))
    for line, message in problems:
        folder.fault(MODULE_FILE, line, message)
    if problems:
        return None
    return ModuleManifest(
        slug=folder.root.resolve().name,
        code=values["code"],
        title=values["title"],
        summary=values["summary"],
        source_language=values["source_language"],
        languages=folder.languages,
        prerequisites=tuple(dict.fromkeys(values["prerequisites"])),
        sections=sections,
        prerequisites_line=file.line("prerequisites"),
        valid_months=values["certificate"].get("valid_months"),
        offers_participation=values["certificate"].get("participation", False),
    )


def _peek_languages(document: Document) -> tuple[tuple[str, ...], str]:
    """Return the languages that texts are held to, and their source, even from a faulty manifest."""
    value = document.value if isinstance(document.value, dict) else {}
    listed = value.get("languages")
    codes = listed if isinstance(listed, list) else []
    languages = tuple(
        dict.fromkeys(code for code in codes if isinstance(code, str) and is_language(code))
    ) or tuple(INTERFACE_LANGUAGES)
    source = value.get("source_language")
    return languages, source if source in languages else languages[0]


def _peek_activities(document: Document) -> list[ActivityEntry]:
    """Return the activities of a faulty manifest that have no fault of their own."""
    entries: dict[str, ActivityEntry] = {}
    for at, section in enumerate(_list_in(document.value, "sections")):
        for number, activity in enumerate(_list_in(section, "activities")):
            with suppress(ValidationError):
                values = ActivitySchema().load(activity)
                line = document.line("sections", at, "activities", number)
                entries.setdefault(values["key"], _to_entry(values, line))
    return list(entries.values())


def _list_in(value: Any, key: str) -> list[Any]:
    items = value.get(key) if isinstance(value, dict) else None
    return items if isinstance(items, list) else []


def _read_section(values: dict[str, Any], document: Document, at: int) -> SectionEntry:
    return SectionEntry(
        key=values["key"],
        title=values["title"],
        activities=tuple(
            _to_entry(activity, document.line("sections", at, "activities", number))
            for number, activity in enumerate(values["activities"])
        ),
        line=document.line("sections", at),
    )


def _to_entry(values: dict[str, Any], line: int) -> ActivityEntry:
    return ActivityEntry(
        kind=values["kind"],
        key=values["key"],
        minutes=values["minutes"],
        is_required=values["required"],
        after=tuple(dict.fromkeys(values["after"])),
        line=line,
    )


def write_programme(writer: CourseWriter, programme: ProgrammeManifest) -> None:
    """Write `programme.yaml`, and the logos that it names."""
    values: dict[str, Any] = {"title": programme.title, "summary": programme.summary}
    certificate: dict[str, Any] = {}
    if programme.signatories:
        certificate["signatories"] = [signatory.to_json() for signatory in programme.signatories]
    if programme.logos:
        certificate["logos"] = [{"file": logo.path, "alt": logo.alt} for logo in programme.logos]
        for logo in programme.logos:
            writer.write(logo.path, logo.content)
    if certificate:
        values["certificate"] = certificate
    writer.write_yaml(PROGRAMME_FILE, values)


def write_module(writer: CourseWriter, module: ModuleManifest) -> None:
    """Write `module.yaml`."""
    values: dict[str, Any] = {
        "code": module.code,
        "title": module.title,
        "summary": module.summary,
        "source_language": module.source_language,
    }
    if set(module.languages) != set(INTERFACE_LANGUAGES):
        values["languages"] = list(module.languages)
    values["prerequisites"] = list(module.prerequisites)
    certificate: dict[str, Any] = {}
    if module.valid_months is not None:
        certificate["valid_months"] = module.valid_months
    if module.offers_participation:
        certificate["participation"] = "yes"
    if certificate:
        values["certificate"] = certificate
    values["sections"] = [
        {
            "key": section.key,
            "title": section.title,
            "activities": [_write_activity(entry) for entry in section.activities],
        }
        for section in module.sections
    ]
    writer.write_yaml(MODULE_FILE, values)


def _write_activity(entry: ActivityEntry) -> dict[str, Any]:
    values: dict[str, Any] = {"kind": entry.kind, "key": entry.key, "minutes": entry.minutes}
    if not entry.is_required:
        values["required"] = "no"
    if entry.after:
        values["after"] = list(entry.after)
    return values
