"""An institution of any size, with branches, seats, people and what they did, written straight to the tables.

For `bench_desk.py` and the tests that count queries. The rooms' commands would take minutes for 10,000 people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from lms.accounts.domain import NameOrder, PersonName
from lms.accounts.models import Membership, Person
from lms.catalogue.models import Module
from lms.credentials.domain import CredentialKind, RevocationReason
from lms.credentials.models import Credential, Holder, Revocation
from lms.institutions.domain import InstitutionKind
from lms.institutions.models import Institution, MemberType, Seat
from lms.learning.models import Edition, Enrolment

GIVEN = (
    "Awa",
    "Mariam Élise",
    "Issa",
    "Théophile",
    "Fatoumata",
    "Kwame",
    "Aïssata Zoé",
    "Jean-Noël",
)
FAMILY = ("Traoré", "Koné-N’Guessan", "Ouédraogo", "Bâ", "Diallo", "Adjétey", "Mensah", "Cissé")
MEMBER_TYPES = {
    "authority": ("Pouvoirs publics", "Public authorities", 4),
    "party": ("Partis politiques", "Political parties", 2),
    "society": ("Société civile", "Civil society", 1),
}
# Which member of seven sits where, as in a branch of seven seats.
SEATED = ("authority",) * 4 + ("party",) * 2 + ("society",)
REGION_SHARE = 50


@dataclass(frozen=True, slots=True)
class Desk:
    """What was made: the whole institution, and one of its branches with one of its people."""

    institution_id: int
    branch_id: int
    person_id: int


def fill_desk(session: Session, *, people: int, branches: int, now: datetime) -> Desk:
    """Make an institution with so many branches in two tiers and so many people in them; a module must be loaded.

    One in 20 is in two branches, and one in 25 has left. Of ten, seven are enrolled and three have completed.
    """
    root, places = _add_places(session, branches)
    edition_id, slug = session.execute(
        select(Edition.id, Module.slug).join(Module, Module.id == Edition.module_id)
    ).first() or (0, "")
    types = _add_member_types(session)
    session.execute(
        insert(Seat),
        [
            {"institution_id": place, "member_type_id": type_id, "count": MEMBER_TYPES[key][2]}
            for place in places
            for key, type_id in zip(MEMBER_TYPES, types, strict=True)
        ],
    )
    ids = _add_people(session, people, now=now)
    _add_memberships(session, ids, places, now=now)
    _add_enrolments(session, ids, places, edition_id, slug, now=now)
    session.commit()
    return Desk(root, places[0], ids[0])


def _add_member_types(session: Session) -> list[int]:
    rows = session.execute(select(MemberType.key, MemberType.id))
    known = {row.key: row.id for row in rows}
    if not known:
        session.execute(
            insert(MemberType),
            [
                {"key": key, "name": {"fr": fr, "en": en}}
                for key, (fr, en, _count) in MEMBER_TYPES.items()
            ],
        )
        return _add_member_types(session)
    return [known[key] for key in MEMBER_TYPES]


def _add_all(session: Session, model: Any, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Add rows, and return their ids in the same order."""
    added = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(session.scalars(added, rows))


def _add_places(session: Session, branches: int) -> tuple[int, list[int]]:
    regions = max(2, branches // REGION_SHARE)

    def add(keys: Sequence[str], above: Sequence[tuple[int | None, str]]) -> list[tuple[int, str]]:
        rows = [
            {
                "key": f"{branches}-{key}",
                "parent_id": parent_id,
                "path": path,
                "kind": InstitutionKind.BRANCH,
                "name": {"fr": f"Antenne {key}", "en": f"Branch {key}"},
            }
            for key, (parent_id, path) in zip(keys, above, strict=True)
        ]
        ids = _add_all(session, Institution, rows)
        paths = [f"{row['path']}{id}/" for row, id in zip(rows, ids, strict=True)]
        session.execute(
            update(Institution),
            [{"id": id, "path": path} for id, path in zip(ids, paths, strict=True)],
        )
        return list(zip(ids, paths, strict=True))

    root = add(["whole"], [(None, "/")])
    upper = add([f"region-{n}" for n in range(regions)], root * regions)
    count = branches - regions
    lower = add([f"commune-{n}" for n in range(count)], [upper[n % regions] for n in range(count)])
    return root[0][0], [id for id, _path in (*upper, *lower)]


def _add_people(session: Session, people: int, *, now: datetime) -> list[int]:
    rows = []
    for number in range(people):
        given, family = GIVEN[number % len(GIVEN)], FAMILY[number // len(GIVEN) % len(FAMILY)]
        name = PersonName(f"{given} {number}", family)
        rows.append(
            {
                "login": f"desk{people}-{number}",
                "given_names": name.given_names,
                "family_names": name.family_names,
                "name_order": NameOrder.GIVEN_FIRST,
                "folded_name": name.folded,
                "printed_name": name.written,
                "session_epoch": 0,
                "must_change_password": False,
                "created_at": now,
            }
        )
    return _add_all(session, Person, rows)


def _add_memberships(
    session: Session, ids: Sequence[int], places: Sequence[int], *, now: datetime
) -> None:
    start = now.date() - timedelta(days=200)

    def stay(person_id: int, place: int, number: int, ended_on: date | None) -> dict[str, Any]:
        return {
            "person_id": person_id,
            "institution_id": place,
            "member_type": SEATED[number // len(places) % len(SEATED)],
            "started_on": start,
            "ended_on": ended_on,
            "claimed_at": now - timedelta(days=200),
            "confirmed_at": now - timedelta(days=200),
        }

    rows = []
    for number, person_id in enumerate(ids):
        left = now.date() - timedelta(days=10) if number % 25 == 24 else None
        rows.append(stay(person_id, places[number % len(places)], number, left))
        if number % 20 == 19 and left is None:
            rows.append(stay(person_id, places[(number + 1) % len(places)], number, None))
    session.execute(insert(Membership), rows)


def _add_enrolments(
    session: Session,
    ids: Sequence[int],
    places: Sequence[int],
    edition_id: int,
    slug: str,
    *,
    now: datetime,
) -> None:
    enrolments, completed = [], []
    for number, person_id in enumerate(ids):
        if number % 10 >= 7:
            continue
        is_complete = number % 10 < 3
        active_at = now - timedelta(days=number * 7 % 60, hours=1)
        completed_at = active_at - timedelta(days=20) if is_complete else None
        enrolments.append(
            {
                "edition_id": edition_id,
                "person_id": person_id,
                "number": 1,
                "institution_id": places[number % len(places)],
                "enrolled_at": now - timedelta(days=100),
                "last_active_at": active_at,
                "done_count": 2 if is_complete else number % 2,
                "progress": Decimal(1) if is_complete else Decimal(number % 2) / 2,
                "revision": 0,
                "completed_at": completed_at,
                "completed_on": completed_at.date() if completed_at else None,
            }
        )
        completed.append((person_id, completed_at))
    enrolment_ids = _add_all(session, Enrolment, enrolments)
    issued = [
        (enrolment_id, person_id, at)
        for enrolment_id, (person_id, at) in zip(enrolment_ids, completed, strict=True)
        if at is not None
    ]
    credential_ids = _add_all(
        session,
        Credential,
        [
            {
                "enrolment_id": enrolment_id,
                "kind": CredentialKind.COMPLETION,
                "sequence": 1,
                "number": f"DESK-{enrolment_id}",
                "code": f"{enrolment_id:016d}",
                "module_slug": slug,
                "module_title": {"fr": "Module", "en": "Module"},
                "programme_title": {"fr": "Programme", "en": "Programme"},
                "minutes": 60,
                "languages": ["fr", "en"],
                "issuer": "Scrutin",
                "is_specimen": True,
                "tries": 1,
                "rules_version": 1,
                "completed_on": at.date(),
                "issued_at": at,
                "signatories": [],
                "logos": [],
                "name_commitment": "0" * 64,
            }
            for enrolment_id, _person_id, at in issued
        ],
    )
    session.execute(
        insert(Holder),
        [
            {
                "credential_id": credential_id,
                "person_id": person_id,
                "printed_name": "Awa Traoré",
                "salt": "salt",
            }
            for credential_id, (_id, person_id, _at) in zip(credential_ids, issued, strict=True)
        ],
    )
    session.execute(
        insert(Revocation),
        [
            {
                "credential_id": credential_id,
                "reason": RevocationReason.ISSUED_IN_ERROR,
                "note": "",
                "revoked_at": now,
            }
            for credential_id in credential_ids[::30]
        ],
    )
