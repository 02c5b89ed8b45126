"""Programmes, modules and their versions, lessons and figures; course files and the kinds of activity.

`app.py` registers `ActivityKind`s and `CoursePart`s. Values and events are in `lms.catalogue.domain`.
"""

from lms.catalogue.activity_kind import LessonKind
from lms.catalogue.commands import LoadReport, export_courses, load_course, load_courses
from lms.catalogue.course_files import CourseFolder, CourseWriter, YamlFile
from lms.catalogue.course_files import fields as course_fields
from lms.catalogue.errors import FaultyCourse, NoSuchLesson, NoSuchModule
from lms.catalogue.kinds import ActivityKind, CoursePart, Kinds, StoredActivity, kinds
from lms.catalogue.markdown import list_problems as list_markdown_problems
from lms.catalogue.markdown import render as render_markdown
from lms.catalogue.markdown import render_inline
from lms.catalogue.queries import (
    LessonPage,
    MediaFile,
    ModuleCard,
    ModulePage,
    get_lesson,
    get_module,
    get_outline,
    get_outline_by_slug,
    get_outline_of_version,
    list_logos,
    list_modules,
    list_titles,
)
from lms.catalogue.selectables import activity_titles, module_facts

__all__ = [
    "ActivityKind",
    "CourseFolder",
    "CoursePart",
    "CourseWriter",
    "FaultyCourse",
    "Kinds",
    "LessonKind",
    "LessonPage",
    "LoadReport",
    "MediaFile",
    "ModuleCard",
    "ModulePage",
    "NoSuchLesson",
    "NoSuchModule",
    "StoredActivity",
    "YamlFile",
    "activity_titles",
    "course_fields",
    "export_courses",
    "get_lesson",
    "get_module",
    "get_outline",
    "get_outline_by_slug",
    "get_outline_of_version",
    "kinds",
    "list_logos",
    "list_markdown_problems",
    "list_modules",
    "list_titles",
    "load_course",
    "load_courses",
    "module_facts",
    "render_inline",
    "render_markdown",
]
