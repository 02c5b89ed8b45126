"""Every reading of the catalogue. Published modules are for everybody, so no actor is asked for.

Columns, not entities; each function says how many queries it makes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from lms.catalogue.domain import Outline, OutlineActivity, OutlineSection, Prerequisites
from lms.catalogue.errors import NoSuchLesson, NoSuchModule
from lms.catalogue.models import (
    Activity,
    CourseFile,
    LessonText,
    Logo,
    ModuleVersion,
    Section,
)
from lms.catalogue.selectables import module_facts, version_facts
from lms.core.errors import NotFound
from lms.core.i18n import pick_language, pick_text

FACTS = module_facts.c


@dataclass(frozen=True, slots=True)
class ModuleCard:
    """A module in a list, in one language."""

    id: int
    slug: str
    code: str
    title: str
    summary: str
    programme_key: str
    programme: str
    programme_summary: str
    minutes: int
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ActivityCard:
    """An activity on the module's public page."""

    kind: str
    key: str
    title: str
    minutes: int


@dataclass(frozen=True, slots=True)
class SectionCard:
    """A section of the module's public page."""

    key: str
    title: str
    activities: tuple[ActivityCard, ...]


@dataclass(frozen=True, slots=True)
class ModulePage:
    """A module's public page, in one language."""

    id: int
    version_id: int
    slug: str
    code: str
    title: str
    summary: str
    programme_key: str
    programme: str
    minutes: int
    languages: tuple[str, ...]
    # Slug and title.
    prerequisites: tuple[tuple[str, str], ...]
    sections: tuple[SectionCard, ...]


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson's text; `language` is the source's where there is no translation."""

    title: str
    html: str
    language: str
    is_stale: bool


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A figure to serve, or a partner's picture."""

    media_type: str
    content: bytes


def list_modules(
    session: Session,
    *,
    language: str,
    in_language: str | None = None,
    q: str | None = None,
    programme: str | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> list[ModuleCard]:
    """Return published modules by programme and code, in `language` where they have it; one query.

    `in_language` keeps those that can be taken in it; `q` those with every one of its words in their code, title or
    summary, in any language; `after` those that follow the module with that slug (raises `NoSuchModule`).
    """
    rows = sorted(session.execute(select(module_facts)), key=_order)
    if after is not None:
        slugs = [row.slug for row in rows]
        if after not in slugs:
            raise NoSuchModule
        rows = rows[slugs.index(after) + 1 :]
    words = fold(q or "").split()
    found = [
        row
        for row in rows
        if (programme is None or row.programme_key == programme)
        and (in_language is None or in_language in row.languages)
        and _matches(row, words)
    ]
    return [_card(row, language) for row in found[:limit]]


def _order(row: Row[Any]) -> tuple[Any, ...]:
    """M2 comes before M10."""
    numbers = [int(digits) for digits in re.findall(r"[0-9]+", row.code)]
    return row.programme_key, re.split(r"[0-9]+", row.code), numbers, row.slug


def fold(text: str) -> str:
    """Return the text as searches compare it: without accents or case."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _matches(row: Row[Any], words: Sequence[str]) -> bool:
    if not words:
        return True
    text = fold(" ".join([row.code, *row.title.values(), *row.summary.values()]))
    return all(word in text for word in words)


def _card(row: Row[Any], language: str) -> ModuleCard:
    source = row.source_language
    return ModuleCard(
        row.module_id,
        row.slug,
        row.code,
        pick_text(row.title, language, source),
        pick_text(row.summary, language, source),
        row.programme_key,
        pick_text(row.programme_title, language, source),
        pick_text(row.programme_summary, language, source),
        row.minutes,
        tuple(row.languages),
    )


def get_module(session: Session, slug: str, *, language: str) -> ModulePage:
    """Return a module's public page; two queries, three where it has prerequisites. Raises `NoSuchModule`."""
    row = _get_row(session, FACTS.slug == slug)
    source = row.source_language
    titles = list_titles(session, row.prerequisites)
    return ModulePage(
        row.module_id,
        row.version_id,
        row.slug,
        row.code,
        pick_text(row.title, language, source),
        pick_text(row.summary, language, source),
        row.programme_key,
        pick_text(row.programme_title, language, source),
        row.minutes,
        tuple(row.languages),
        tuple((slug, pick_text(titles[slug], language, source)) for slug in row.prerequisites),
        tuple(
            SectionCard(
                section.key,
                pick_text(section.title, language, source),
                tuple(
                    ActivityCard(
                        activity.kind,
                        activity.key,
                        pick_text(activity.title, language, source),
                        activity.minutes,
                    )
                    for activity in section.activities
                ),
            )
            for section in _list_sections(session, row.version_id)
        ),
    )


def _get_row(session: Session, condition: Any) -> Row[Any]:
    row = session.execute(select(module_facts).where(condition)).one_or_none()
    if row is None:
        raise NoSuchModule
    return row


def list_titles(session: Session, slugs: Collection[str]) -> dict[str, Mapping[str, str]]:
    """Return the title of each of the published modules, in every language; one query, none without slugs."""
    if not slugs:
        return {}
    rows = session.execute(select(FACTS.slug, FACTS.title).where(FACTS.slug.in_(slugs)))
    return {row.slug: row.title for row in rows}


def _list_sections(session: Session, version_id: int) -> tuple[OutlineSection, ...]:
    rows = session.execute(
        select(
            Section.key.label("section_key"),
            Section.title.label("section_title"),
            Activity.id,
            Activity.key,
            Activity.kind,
            Activity.position,
            Activity.title,
            Activity.minutes,
            Activity.is_required,
            Activity.after,
        )
        .join(Activity, Activity.section_id == Section.id)
        .where(Section.version_id == version_id)
        .order_by(Activity.position)
    )
    sections = []
    for key, grouped in groupby(rows, key=lambda row: row.section_key):
        below = list(grouped)
        sections.append(
            OutlineSection(
                key,
                below[0].section_title,
                tuple(
                    OutlineActivity(
                        row.id,
                        row.key,
                        row.kind,
                        row.position,
                        row.title,
                        row.minutes,
                        row.is_required,
                        tuple(row.after),
                    )
                    for row in below
                ),
            )
        )
    return tuple(sections)


def get_outline(session: Session, module_id: int) -> Outline:
    """Return a module's current version; two queries. Raises `NoSuchModule`."""
    return _outline(session, _get_row(session, FACTS.module_id == module_id))


def get_outline_by_slug(session: Session, slug: str) -> Outline:
    """Return the current version of the module with that slug, as `get_outline` does."""
    return _outline(session, _get_row(session, FACTS.slug == slug))


def get_outline_of_version(session: Session, version_id: int) -> Outline:
    """Return a version as it was published, under its programme as that is now; two queries."""
    row = session.execute(
        select(version_facts).where(version_facts.c.version_id == version_id)
    ).one()
    return _outline(session, row)


def _outline(session: Session, row: Row[Any]) -> Outline:
    return Outline(
        module_id=row.module_id,
        version_id=row.version_id,
        slug=row.slug,
        code=row.code,
        title=row.title,
        programme_id=row.programme_id,
        programme_key=row.programme_key,
        programme_title=row.programme_title,
        minutes=row.minutes,
        source_language=row.source_language,
        languages=tuple(row.languages),
        prerequisites=tuple(row.prerequisites),
        valid_months=row.valid_months,
        offers_participation=row.offers_participation,
        signatories=tuple(row.programme_signatories),
        # The file's name is the author's; what is frozen in a certificate is the picture itself.
        logos=tuple({"sha256": logo["sha256"], "alt": logo["alt"]} for logo in row.programme_logos),
        sections=_list_sections(session, row.version_id),
    )


def get_lesson(session: Session, activity_id: int, *, language: str) -> LessonPage:
    """Return a lesson in `language`, else in its source language; one query. Raises `NoSuchLesson`.

    For other rooms: they have seen to it that the reader may read the activity.
    """
    texts = {
        row.language: row
        for row in session.execute(
            select(
                LessonText.language,
                LessonText.title,
                LessonText.html,
                LessonText.is_stale,
                ModuleVersion.source_language,
            )
            .join(Activity, Activity.id == LessonText.activity_id)
            .join(ModuleVersion, ModuleVersion.id == Activity.version_id)
            .where(
                LessonText.activity_id == activity_id,
                or_(
                    LessonText.language == language,
                    LessonText.language == ModuleVersion.source_language,
                ),
            )
        )
    }
    if not texts:
        raise NoSuchLesson
    source = next(iter(texts.values())).source_language
    row = texts[pick_language(texts, language, source)]
    return LessonPage(row.title, row.html, row.language, row.is_stale)


def get_file(session: Session, sha256: str) -> MediaFile:
    """Return the figure with that hash; one query. Raises `NotFound`."""
    row = session.execute(
        select(CourseFile.media_type, CourseFile.content)
        .where(CourseFile.sha256 == sha256)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise NotFound
    return MediaFile(row.media_type, row.content)


def list_logos(session: Session, hashes: Collection[str]) -> dict[str, MediaFile]:
    """Return the partners' pictures under their hashes; one query. One that was ever loaded is there."""
    rows = session.execute(
        select(Logo.sha256, Logo.media_type, Logo.content).where(Logo.sha256.in_(hashes))
    )
    return {row.sha256: MediaFile(row.media_type, row.content) for row in rows}


def list_prerequisites(session: Session) -> Prerequisites:
    """Return every published module's slug with its prerequisites; one query."""
    rows = session.execute(select(FACTS.slug, FACTS.prerequisites))
    return {row.slug: row.prerequisites for row in rows}
