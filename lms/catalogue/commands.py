"""Every write of the catalogue, and the export that a load reads back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue import policy, queries
from lms.catalogue.course_files import (
    CourseWriter,
    read_course,
    write_module,
    write_programme,
)
from lms.catalogue.domain import (
    ActivityEntry,
    Course,
    Fault,
    ModuleCourse,
    ModuleManifest,
    ModulePublished,
    PartnerLogo,
    ProgrammeManifest,
    SectionEntry,
    Signatory,
    content_hash,
    list_prerequisite_faults,
)
from lms.catalogue.errors import FaultyCourse, NoSuchModule
from lms.catalogue.kinds import Kinds, StoredActivity, kinds
from lms.catalogue.models import (
    Activity,
    CourseFile,
    Logo,
    Module,
    ModuleVersion,
    Programme,
    Section,
)
from lms.core.errors import NotAllowed
from lms.core.events import publish
from lms.core.permissions import Actor


class Outcome(StrEnum):
    """What a load did with a module."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class LoadedModule:
    """A module of a load; `version` is the number of the one that is current now."""

    slug: str
    version: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a load did, and what an author should know."""

    modules: tuple[LoadedModule, ...]
    warnings: tuple[Fault, ...]


def load_courses(session: Session, actor: Actor, folder: Path, *, now: datetime) -> LoadReport:
    """Load a folder of programmes, a programme or a module; see `load_course`."""
    registry = kinds()
    return load_course(
        session, actor, read_course(folder, registry.by_name, registry.parts), now=now
    )


def load_course(session: Session, actor: Actor, course: Course, *, now: datetime) -> LoadReport:
    """Publish a new version of each module whose files say something new; attempts stay as they are.

    Raises `NotAllowed`, or `FaultyCourse` with every fault.
    """
    if not policy.may_load(actor):
        raise NotAllowed
    faults = [
        *course.faults,
        *list_prerequisite_faults(course.modules, queries.list_prerequisites(session)),
    ]
    if faults:
        raise FaultyCourse(faults)
    loaded: list[LoadedModule] = []
    warnings = list(course.warnings)
    for programme in course.programmes:
        programme_id = _store_programme(session, programme.manifest)
        for module in programme.modules:
            outcome, found = _load_module(session, programme_id, module, now=now)
            loaded.append(outcome)
            warnings += found
    return LoadReport(tuple(loaded), tuple(warnings))


def _store_programme(session: Session, manifest: ProgrammeManifest) -> int:
    programme = session.scalar(select(Programme).where(Programme.key == manifest.key))
    if programme is None:
        programme = Programme(key=manifest.key, signatories=[], logos=[])
        session.add(programme)
    programme.title = dict(manifest.title)
    programme.summary = dict(manifest.summary)
    programme.signatories = [signatory.to_json() for signatory in manifest.signatories]
    programme.logos = [logo.to_json() for logo in manifest.logos]
    for logo in manifest.logos:
        # Those of before stay: a certificate that was issued names them.
        if session.get(Logo, logo.sha256) is None:
            picture = Logo(sha256=logo.sha256, media_type=logo.media_type, content=logo.content)
            session.add(picture)
            session.flush()
    session.flush()
    return programme.id


def _load_module(
    session: Session, programme_id: int, course: ModuleCourse, *, now: datetime
) -> tuple[LoadedModule, list[Fault]]:
    manifest = course.manifest
    registry = kinds()
    files_hash = content_hash(_canonical(course, registry))
    module = _lock_module(session, programme_id, manifest.slug)
    current = (
        None
        if module.current_version_id is None
        else session.get_one(ModuleVersion, module.current_version_id)
    )
    if current is not None and current.files_hash == files_hash:
        return LoadedModule(manifest.slug, current.number, Outcome.UNCHANGED), []
    for part in registry.parts:
        part.load(session, module.id, course.parts[part.name], now=now)
    version = ModuleVersion(
        module_id=module.id,
        number=1 if current is None else current.number + 1,
        code=manifest.code,
        title=dict(manifest.title),
        summary=dict(manifest.summary),
        source_language=manifest.source_language,
        languages=list(manifest.languages),
        prerequisites=list(manifest.prerequisites),
        required_count=manifest.required_count,
        minutes=manifest.minutes,
        valid_months=manifest.valid_months,
        offers_participation=manifest.offers_participation,
        files_hash=files_hash,
        published_at=now,
    )
    session.add(version)
    session.flush()
    _store_figures(session, version.id, course)
    warnings = _store_activities(session, module, version.id, course, registry, now=now)
    module.current_version_id = version.id
    session.flush()
    publish(session, ModulePublished(module.id, version.id), now=now)
    outcome = Outcome.NEW if current is None else Outcome.UPDATED
    return LoadedModule(manifest.slug, version.number, outcome), warnings


def _canonical(course: ModuleCourse, registry: Kinds) -> object:
    """Return all that the files say as plain JSON, however they are laid out."""
    manifest = course.manifest
    certificate = {
        "valid_months": manifest.valid_months,
        "participation": manifest.offers_participation,
    }
    return {
        # Only where it says something: what was loaded before there was such a thing stays the same.
        **({"certificate": certificate} if any(certificate.values()) else {}),
        "programme": course.programme_key,
        "code": manifest.code,
        "title": dict(manifest.title),
        "summary": dict(manifest.summary),
        "source_language": manifest.source_language,
        "languages": sorted(manifest.languages),
        "prerequisites": list(manifest.prerequisites),
        "sections": [
            {
                "key": section.key,
                "title": dict(section.title),
                "activities": [
                    {
                        "kind": entry.kind,
                        "key": entry.key,
                        "minutes": entry.minutes,
                        "required": entry.is_required,
                        "after": list(entry.after),
                        "content": registry.get(entry.kind).canonical(course.activities[entry.key]),
                    }
                    for entry in section.activities
                ],
            }
            for section in manifest.sections
        ],
        "parts": {part.name: part.canonical(course.parts[part.name]) for part in registry.parts},
        "figures": {path: figure.sha256 for path, figure in course.figures.items()},
    }


def _lock_module(session: Session, programme_id: int, slug: str) -> Module:
    """Return the module's row, new if need be, locked until the caller's work ends."""
    module = session.scalar(select(Module).where(Module.slug == slug).with_for_update())
    if module is None:
        module = Module(slug=slug)
        session.add(module)
    module.programme_id = programme_id
    session.flush()
    return module


def _store_figures(session: Session, version_id: int, course: ModuleCourse) -> None:
    for path, figure in course.figures.items():
        session.add(
            CourseFile(
                version_id=version_id,
                path=path,
                sha256=figure.sha256,
                media_type=figure.media_type,
                content=figure.content,
            )
        )


def _store_activities(
    session: Session,
    module: Module,
    version_id: int,
    course: ModuleCourse,
    registry: Kinds,
    *,
    now: datetime,
) -> list[Fault]:
    previous = _list_previous(session, module.current_version_id)
    warnings: list[Fault] = []
    position = 0
    for at, entry in enumerate(course.manifest.sections, start=1):
        section = Section(
            version_id=version_id, key=entry.key, position=at, title=dict(entry.title)
        )
        session.add(section)
        session.flush()
        for listed in entry.activities:
            position += 1
            kind = registry.get(listed.kind)
            content = course.activities[listed.key]
            activity = Activity(
                version_id=version_id,
                section_id=section.id,
                key=listed.key,
                kind=listed.kind,
                position=position,
                title=dict(kind.title(content)),
                minutes=listed.minutes,
                is_required=listed.is_required,
                after=list(listed.after),
            )
            session.add(activity)
            session.flush()
            stored = StoredActivity(activity.id, module.id, previous.get((listed.kind, listed.key)))
            warnings += kind.load(session, stored, content, now=now)
    return [replace(found, path=f"{course.path}/{found.path}") for found in warnings]


def _list_previous(session: Session, version_id: int | None) -> Mapping[tuple[str, str], int]:
    rows = session.execute(
        select(Activity.kind, Activity.key, Activity.id).where(Activity.version_id == version_id)
    )
    return {(kind, key): activity_id for kind, key, activity_id in rows}


def export_courses(session: Session, actor: Actor, slug: str | None = None) -> CourseWriter:
    """Return the files of every module, or of the one with that slug, as `load_course` reads them.

    It writes nothing itself. Raises `NotAllowed` or `NoSuchModule`.
    """
    if not policy.may_export(actor):
        raise NotAllowed
    registry = kinds()
    writer = CourseWriter()
    query = (
        select(Programme, Module, ModuleVersion)
        .join(Module, Module.programme_id == Programme.id)
        .join(ModuleVersion, ModuleVersion.id == Module.current_version_id)
        .order_by(Module.id)
    )
    if slug is not None:
        query = query.where(Module.slug == slug)
    rows = session.execute(query).all()
    if slug is not None and not rows:
        raise NoSuchModule
    for programme, module, version in rows:
        shelf = writer.at(programme.key)
        write_programme(shelf, _to_programme_manifest(session, programme))
        _export_module(session, module, version, registry, shelf.at(module.slug))
    return writer


def _to_programme_manifest(session: Session, programme: Programme) -> ProgrammeManifest:
    pictures = queries.list_logos(session, [logo["sha256"] for logo in programme.logos])
    return ProgrammeManifest(
        programme.key,
        programme.title,
        programme.summary,
        tuple(Signatory(entry["name"], entry["title"]) for entry in programme.signatories),
        tuple(
            PartnerLogo(
                entry["file"],
                pictures[entry["sha256"]].media_type,
                pictures[entry["sha256"]].content,
                entry["alt"],
            )
            for entry in programme.logos
        ),
    )


def _export_module(
    session: Session, module: Module, version: ModuleVersion, registry: Kinds, writer: CourseWriter
) -> None:
    sections = session.scalars(
        select(Section).where(Section.version_id == version.id).order_by(Section.position)
    ).all()
    activities = session.scalars(
        select(Activity).where(Activity.version_id == version.id).order_by(Activity.position)
    ).all()
    write_module(writer, _to_manifest(module.slug, version, sections, activities))
    for activity in activities:
        kind = registry.get(activity.kind)
        kind.export(session, activity.id, activity.title, activity.key, writer)
    for part in registry.parts:
        part.export(session, module.id, writer)
    for file in session.scalars(select(CourseFile).where(CourseFile.version_id == version.id)):
        writer.write(file.path, file.content)


def _to_manifest(
    slug: str, version: ModuleVersion, sections: Sequence[Section], activities: Sequence[Any]
) -> ModuleManifest:
    return ModuleManifest(
        slug=slug,
        code=version.code,
        title=version.title,
        summary=version.summary,
        source_language=version.source_language,
        languages=tuple(version.languages),
        prerequisites=tuple(version.prerequisites),
        sections=tuple(
            SectionEntry(
                section.key,
                section.title,
                tuple(
                    ActivityEntry(
                        activity.kind,
                        activity.key,
                        activity.minutes,
                        activity.is_required,
                        tuple(activity.after),
                    )
                    for activity in activities
                    if activity.section_id == section.id
                ),
            )
            for section in sections
        ),
        valid_months=version.valid_months,
        offers_participation=version.offers_participation,
    )
