"""Course files: read with all their faults at once, and written so that reading them changes nothing.

`docs/course-format.md` describes them.
"""

from lms.catalogue.course_files.folder import CourseFolder, YamlFile
from lms.catalogue.course_files.lessons import LessonContent, LessonText, read_lesson, write_lesson
from lms.catalogue.course_files.manifests import write_module, write_programme
from lms.catalogue.course_files.reading import (
    ReadableKind,
    ReadablePart,
    list_neighbours,
    read_course,
)
from lms.catalogue.course_files.writer import CourseWriter

__all__ = [
    "CourseFolder",
    "CourseWriter",
    "LessonContent",
    "LessonText",
    "ReadableKind",
    "ReadablePart",
    "YamlFile",
    "list_neighbours",
    "read_course",
    "read_lesson",
    "write_lesson",
    "write_module",
    "write_programme",
]
