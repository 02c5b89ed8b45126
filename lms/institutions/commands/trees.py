"""What both trees have in common: drafts that are checked, and paths that follow a move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import func, literal, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core.db import Texts
from lms.core.i18n import INTERFACE_LANGUAGES, N_, Message
from lms.institutions.domain import (
    MOST_LEVELS,
    Place,
    Tree,
    check_name,
    find_faults,
    is_key,
    make_key,
)
from lms.institutions.errors import (
    Cycle,
    KeyTaken,
    ParentClosed,
    SimilarName,
    TooDeep,
    UnfitPlace,
)
from lms.institutions.models import Institution, Zone

UNFIT_KEY = N_(
    "A key has lower-case letters a to z, digits and single hyphens between them, at most 64."
)


def read_name(name: Mapping[str, str]) -> Texts:
    """Return the names as they are kept; raises `UnfitPlace` with a field for each language."""
    checked = {code: check_name(name.get(code, "")) for code in INTERFACE_LANGUAGES}
    faults = find_faults(checked)
    if faults:
        raise UnfitPlace({f"name_{code}": fault for code, fault in faults.items()})
    return checked


def read_key(tree: Tree, key: str, name: Texts) -> str:
    """Return the key for something new, made from its name if there is none; raises `UnfitPlace` or `KeyTaken`."""
    key = key or make_key(name["fr"], tree)
    if not is_key(key):
        raise UnfitPlace({"key": Message(UNFIT_KEY)})
    if key in tree:
        raise KeyTaken(key=key)
    return key


def check_names(tree: Tree, place: Place, *, is_other: bool) -> None:
    """Raise `SimilarName` if something beside the place is probably the same, and nobody said that it `is_other`."""
    similar = tree.find_similar(place.name, place.parent_id, but_id=place.id)
    if similar is not None and not is_other:
        raise SimilarName(name=similar.name.get("fr", similar.key), key=similar.key)


def check_parent(tree: Tree, parent_id: int | None, place_id: int | None = None) -> None:
    """Raise `Cycle`, `TooDeep` or `ParentClosed` where a new place, or this one, cannot lie below `parent_id`."""
    if place_id is not None and tree.is_within(parent_id, place_id):
        raise Cycle
    if tree.is_too_deep(parent_id, place_id):
        raise TooDeep(most=MOST_LEVELS)
    parent = tree.find(parent_id)
    if parent is not None and parent.is_closed:
        raise ParentClosed


def insert_place(session: Session, tree: Tree, row: Institution | Zone) -> int:
    """Keep a new row whose rules were checked, and return its id; a key that came meanwhile is `KeyTaken`."""
    row.path = "/"
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise KeyTaken(key=row.key) from error
    row.path = f"{tree.path_of(row.parent_id)}{row.id}/"
    session.flush()
    tree.put(Place(row.id, row.key, row.parent_id, row.kind, row.name))
    return row.id


def move_place(
    session: Session,
    model: type[Institution] | type[Zone],
    tree: Tree,
    place_id: int,
    parent_id: int | None,
) -> None:
    """Hang a place whose rules were checked below another one, and rewrite the path of all below it."""
    before = tree.path_of(place_id)
    session.execute(update(model).where(model.id == place_id).values(parent_id=parent_id))
    tree.put(replace(tree[place_id], parent_id=parent_id))
    after = tree.path_of(place_id)
    session.execute(
        update(model)
        .where(model.path.startswith(before, autoescape=True))
        .values(path=literal(after) + func.substr(model.path, len(before) + 1))
        .execution_options(synchronize_session="fetch")
    )
