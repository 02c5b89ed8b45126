"""What `catalogue` asks of the rooms above: kinds of activity, parts of course files, a reader's standing.

A kind is one class in its own room and one line in `app.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import current_app
from sqlalchemy.orm import Session

from lms.catalogue.course_files import CourseFolder, CourseWriter
from lms.catalogue.domain import ActivityEntry, Fault, ModuleStanding
from lms.core.i18n import Message
from lms.core.permissions import Actor


@dataclass(frozen=True, slots=True)
class StoredActivity:
    """The row for which a kind stores its content."""

    id: int
    module_id: int
    # The same activity in the version before, if it was there and of the same kind.
    previous_id: int | None


class ActivityKind(Protocol):
    """One kind of activity, such as a lesson or a quiz."""

    # As written in `module.yaml`.
    name: str
    # Whether a learner completes it by saying so; else its own results do.
    is_self_declared: bool

    def read(self, folder: CourseFolder, entry: ActivityEntry) -> Any:
        """Read the activity's files into a value of its own, or None where `folder` was told why not."""

    def canonical(self, content: Any) -> object:
        """Return the content as plain JSON: what counts when versions are compared."""

    def title(self, content: Any) -> Mapping[str, str]:
        """Return the activity's title in each language."""

    def load(
        self, session: Session, activity: StoredActivity, content: Any, *, now: datetime
    ) -> Sequence[Fault]:
        """Store the content of a new version's activity, and return warnings for the author.

        The paths of the warnings are relative to the module's folder.
        """

    def export(
        self, session: Session, activity_id: int, title: Mapping[str, str], key: str,
        writer: CourseWriter,
    ) -> None:  # fmt: skip
        """Write the activity's files, so that reading them again gives the same content."""

    def summarise(
        self, session: Session, enrolment_id: int, activity_ids: Sequence[int]
    ) -> Mapping[str, Message]:
        """Return a line for the module page for each activity key that has one, in one query."""


class CoursePart(Protocol):
    """Files that belong to a module as a whole, such as its question bank."""

    # The name under which activities find it in `CourseFolder.parts`.
    name: str

    def read(self, folder: CourseFolder) -> Any:
        """Read the part into a value of its own, or None where `folder` was told why not."""

    def canonical(self, content: Any) -> object:
        """Return the content as plain JSON."""

    def load(self, session: Session, module_id: int, content: Any, *, now: datetime) -> None:
        """Store it; called before the activities are loaded."""

    def export(self, session: Session, module_id: int, writer: CourseWriter) -> None:
        """Write its files."""


class Kinds:
    """The registry that `app.py` fills and keeps as `app.extensions["kinds"]`."""

    def __init__(self, kinds: Iterable[ActivityKind], parts: Iterable[CoursePart] = ()) -> None:
        self.by_name: Mapping[str, ActivityKind] = {kind.name: kind for kind in kinds}
        self.parts = tuple(parts)

    def __iter__(self) -> Iterator[ActivityKind]:
        return iter(self.by_name.values())

    def get(self, name: str) -> ActivityKind:
        """Return the kind of a stored activity; every stored one is registered."""
        return self.by_name[name]


def kinds() -> Kinds:
    """Return the current application's registry."""
    found: Kinds = current_app.extensions["kinds"]
    return found


# Called with the session, the actor, the module's slug and the slugs of its prerequisites.
FindStanding = Callable[[Session, Actor, str, Sequence[str]], ModuleStanding]


def find_standing(
    session: Session, actor: Actor, slug: str, prerequisites: Sequence[str]
) -> ModuleStanding:
    """Return where the actor stands with a module; `app.py` names who knows, as `module_standing`."""
    find: FindStanding = current_app.extensions["module_standing"]
    return find(session, actor, slug, prerequisites)
