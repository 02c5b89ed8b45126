"""Lessons: one Markdown file with front matter for each language."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass

from lms.catalogue.course_files.fields import Schema, Text, Whole
from lms.catalogue.course_files.folder import CourseFolder, YamlFile
from lms.catalogue.course_files.writer import CourseWriter, to_yaml
from lms.catalogue.domain import ActivityEntry
from lms.catalogue.markdown import Image, list_figures, list_problems, render
from lms.core.i18n import N_, Message

FENCE = "---"
# A lesson page must stay small on a slow network; this is its text alone.
LARGEST_HTML = 40_000
HIGHEST_REVISION = 9999


class SourceFrontMatter(Schema):
    """The head of a lesson in its source language."""

    title = Text(required=True, longest=250)
    revision = Whole(required=True, least=1, most=HIGHEST_REVISION)


class TranslationFrontMatter(Schema):
    """The head of a translation: which revision of the source it was made from."""

    title = Text(required=True, longest=250)
    translates = Whole(required=True, least=1, most=HIGHEST_REVISION)


@dataclass(frozen=True, slots=True)
class LessonText:
    """A lesson in one language; `translates` is None for the source."""

    title: str
    source: str
    html: str
    revision: int
    translates: int | None = None

    @property
    def is_stale(self) -> bool:
        """Whether the source has changed since this translation was made."""
        return self.translates is not None and self.translates < self.revision


@dataclass(frozen=True, slots=True)
class LessonContent:
    """A lesson in each language; every text carries the source's revision."""

    texts: Mapping[str, LessonText]
    # Where the source's file says its revision, for messages.
    source_path: str
    revision_line: int


def lesson_path(key: str, language: str) -> str:
    """Return where a lesson's text lies in the module's folder."""
    return f"lessons/{key}.{language}.md"


def read_lesson(folder: CourseFolder, entry: ActivityEntry) -> LessonContent | None:
    """Read a lesson in every language of the module; None if any is faulty."""
    heads: dict[str, YamlFile] = {}
    bodies: dict[str, tuple[str, str]] = {}
    for language in folder.languages:
        path = lesson_path(entry.key, language)
        text = folder.read_text(path, wanted_by=("module.yaml", entry.line))
        if text is None:
            continue
        parts = _split(folder, path, text)
        if parts is None:
            folder.lose_track()
            continue
        head, body, first_line = parts
        html = _read_body(folder, path, body, first_line, language)
        is_source = language == folder.source_language
        schema = SourceFrontMatter() if is_source else TranslationFrontMatter()
        document = folder.parse_yaml(path, head, 2)
        fitted = None if document is None else folder.fit(path, document, schema)
        if fitted is not None and html is not None:
            heads[language] = fitted
            bodies[language] = body, html
    if folder.source_language not in heads:
        return None
    revision: int = heads[folder.source_language].values["revision"]
    for language, fitted in heads.items():
        _check_revision(folder, lesson_path(entry.key, language), fitted, revision)
    if len(heads) < len(folder.languages):
        return None
    texts = {
        language: LessonText(
            fitted.values["title"], *bodies[language], revision, fitted.values.get("translates")
        )
        for language, fitted in heads.items()
    }
    source = heads[folder.source_language]
    path = lesson_path(entry.key, folder.source_language)
    return LessonContent(texts, path, source.line("revision"))


def _split(folder: CourseFolder, path: str, text: str) -> tuple[str, str, int] | None:
    """Return front matter, body, and the body's first line."""
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        message = N_("The file begins with a line of three hyphens, the title, and three hyphens.")
        folder.fault(path, 1, Message(message))
        return None
    ends = [number for number, line in enumerate(lines) if number and line.rstrip() == FENCE]
    if not ends:
        folder.fault(path, 1, Message(N_("The front matter is not closed by three hyphens.")))
        return None
    body = lines[ends[0] + 1 :]
    first_line = ends[0] + 2
    while body and not body[0].strip():
        body.pop(0)
        first_line += 1
    return "\n".join(lines[1 : ends[0]]), "\n".join(body).rstrip() + "\n", first_line


def _read_body(
    folder: CourseFolder, path: str, body: str, first_line: int, language: str
) -> str | None:
    """Return the body's HTML, or None where it has a problem."""
    if not body.strip():
        folder.fault(path, first_line, Message(N_("The lesson has no text.")))
        return None
    problems = list_problems(body)
    for line, message in problems:
        folder.fault(path, first_line + line, message)
    images: dict[str, Image] = {}
    for reference in list_figures(body):
        figure_path = posixpath.normpath(f"lessons/{reference.address}")
        wanted_by = path, first_line + reference.line
        if not figure_path.startswith("lessons/figures/"):
            text = N_("A figure’s address begins with figures/; this is “%(address)s”.")
            folder.fault(*wanted_by, Message(text, {"address": reference.address}))
            continue
        figure = folder.use_figure(figure_path, wanted_by)
        if figure is not None:
            images[reference.address] = Image(figure.address, figure.width, figure.height)
    html = render(body, language, images.get)
    size = len(html.encode())
    if size > LARGEST_HTML:
        text = N_("The lesson makes %(size)s bytes of HTML; the most is %(most)s. Split it in two.")
        folder.fault(path, 1, Message(text, {"size": size, "most": LARGEST_HTML}))
        return None
    return None if problems else html


def _check_revision(folder: CourseFolder, path: str, head: YamlFile, revision: int) -> None:
    made_from = head.values.get("translates")
    if made_from is None:
        return
    params = {"made_from": made_from, "revision": revision}
    if made_from > revision:
        text = N_("This translates revision %(made_from)s, but the source is at %(revision)s.")
        folder.fault(path, head.line("translates"), Message(text, params))
    elif made_from < revision:
        text = N_(
            "This translation is stale: it was made from revision %(made_from)s, and the source "
            "is at %(revision)s."
        )
        folder.warn(path, head.line("translates"), Message(text, params))


def write_lesson(writer: CourseWriter, key: str, texts: Mapping[str, LessonText]) -> None:
    """Write a lesson's files."""
    for language, text in texts.items():
        head = (
            {"title": text.title, "revision": text.revision}
            if text.translates is None
            else {"title": text.title, "translates": text.translates}
        )
        writer.write_text(
            lesson_path(key, language), f"{FENCE}\n{to_yaml(head)}{FENCE}\n\n{text.source}"
        )
