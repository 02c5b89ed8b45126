"""Types of members, whose seats a branch has. They are the site's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.core.i18n import Message
from lms.core.permissions import Actor
from lms.institutions import queries
from lms.institutions.commands.trees import UNFIT_KEY, read_name
from lms.institutions.domain import USUAL_MEMBER_TYPES, is_key, make_key
from lms.institutions.errors import KeyTaken, MemberTypeInUse, UnfitPlace
from lms.institutions.models import MemberType


def add_member_type(
    session: Session, actor: Actor, name: Mapping[str, str], *, key: str = ""
) -> int:
    """Add a type of member and return its id; an empty key is made from the name. Raises `UnfitPlace` or `KeyTaken`."""
    queries.require_site_administrator(actor)
    checked = read_name(name)
    taken = set(session.scalars(select(MemberType.key)))
    key = key or make_key(checked["fr"], taken)
    if not is_key(key):
        raise UnfitPlace({"key": Message(UNFIT_KEY)})
    row = MemberType(key=key, name=checked)
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise KeyTaken(key=key) from error
    return row.id


def add_usual_member_types(session: Session, keys: Iterable[str]) -> None:
    """Add those of the usual types that are named and not yet there. For this room's commands: it asks for no actor."""
    wanted, known = set(keys), set(session.scalars(select(MemberType.key)))
    for key, name in USUAL_MEMBER_TYPES.items():
        if key in wanted - known:
            session.execute(insert(MemberType).values(key=key, name=dict(name)))


def rename_member_type(
    session: Session, actor: Actor, member_type_id: int, name: Mapping[str, str]
) -> None:
    """Rename a type of member; its key stays."""
    queries.require_site_administrator(actor)
    _get_key(session, member_type_id)
    session.execute(
        update(MemberType).where(MemberType.id == member_type_id).values(name=read_name(name))
    )


def delete_member_type(session: Session, actor: Actor, member_type_id: int) -> None:
    """Delete a type of member of which there is neither a seat nor a person (`MemberTypeInUse`)."""
    queries.require_site_administrator(actor)
    if queries.is_member_type_used(session, _get_key(session, member_type_id)):
        raise MemberTypeInUse
    try:
        with session.begin_nested():
            session.execute(delete(MemberType).where(MemberType.id == member_type_id))
    except IntegrityError as error:
        raise MemberTypeInUse from error


def _get_key(session: Session, member_type_id: int) -> str:
    key = session.scalar(
        select(MemberType.key).where(MemberType.id == member_type_id).with_for_update()
    )
    if key is None:
        raise NotFound
    return key
