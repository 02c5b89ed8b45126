"""Many people with certificates, written straight into the tables: what the rooms' commands would take minutes for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.accounts.domain import NameOrder, fold_name
from lms.accounts.models import Membership, Person
from lms.core.storage import FolderStorage
from lms.credentials.domain import draw_code
from lms.credentials.models import Credential, Document, Holder
from lms.learning.models import Edition, Enrolment
from tests.factories import Factory
from tests.made_courses import Listed, MadeModule

LANGUAGES = ("fr", "en")


def write_pdf(number: str, language: str) -> bytes:
    """Return a file of its own, which is no real PDF."""
    return f"%PDF-1.7 {number} {language}".encode()


@dataclass(frozen=True, slots=True)
class Certified:
    """What was made: the numbers in the order of the names, and the ids of the people."""

    numbers: tuple[str, ...]
    person_ids: tuple[int, ...]


def certify_many(
    session: Session,
    storage: FolderStorage,
    *,
    now: datetime,
    places: Sequence[int],
    count: int,
    first: int = 1,
    languages: Sequence[str] = LANGUAGES,
    write: Callable[[str, str], bytes] = write_pdf,
) -> Certified:
    """Certify `count` people of these institutions in turn, in the module `lists`, and store their files."""
    edition_id = session.scalars(select(Edition.id)).first()
    if edition_id is None:
        Factory(session, now).modules(MadeModule(activities=(Listed("reading"),)))
        edition_id = session.scalars(select(Edition.id)).one()
    chance = Random(first)
    people, numbers = [], []
    for at in range(first, first + count):
        given, family = "Mariam Élise", f"Ouattara-N’Dri {at:05}"
        person = Person(
            login=f"holder{at}",
            given_names=given,
            family_names=family,
            name_order=NameOrder.GIVEN_FIRST,
            folded_name=fold_name(f"{given} {family}"),
            created_at=now,
        )
        session.add(person)
        people.append(person)
    session.flush()
    place_of = {person.id: places[at % len(places)] for at, person in enumerate(people)}
    session.execute(
        insert(Membership),
        [
            {
                "person_id": person.id,
                "institution_id": place_of[person.id],
                "started_on": (now - timedelta(days=30)).date(),
                "claimed_at": now,
                "confirmed_at": now,
            }
            for person in people
        ],
    )
    enrolments = [
        Enrolment(
            edition_id=edition_id,
            person_id=person.id,
            number=1,
            institution_id=place_of[person.id],
            enrolled_at=now,
            last_active_at=now,
            completed_at=now,
            completed_on=now.date(),
        )
        for person in people
    ]
    session.add_all(enrolments)
    session.flush()
    credentials = []
    for at, enrolment in enumerate(enrolments, start=first):
        credential = Credential(
            enrolment_id=enrolment.id,
            kind="completion",
            sequence=1,
            number=f"SC-{now.year}-{at:08}",
            code=draw_code(chance),
            module_slug="lists",
            module_title={"fr": "Les listes électorales", "en": "Voter lists"},
            programme_title={"fr": "Bases", "en": "Basics"},
            minutes=150,
            languages=list(languages),
            issuer="Scrutin",
            is_specimen=False,
            rules_version=1,
            completed_on=now.date(),
            issued_at=now,
            signatories=[],
            logos=[],
            name_commitment="0" * 64,
        )
        credentials.append(credential)
        numbers.append(credential.number)
    session.add_all(credentials)
    session.flush()
    session.execute(
        insert(Holder),
        [
            {
                "credential_id": credential.id,
                "person_id": person.id,
                "printed_name": f"{person.given_names} {person.family_names}",
                "salt": "salt",
            }
            for credential, person in zip(credentials, people, strict=True)
        ],
    )
    documents = []
    for credential in credentials:
        for language in languages:
            content = write(credential.number, language)
            key = f"credentials/{now.year}/{credential.number}.{language}.pdf"
            storage.write(key, content)
            documents.append(
                {
                    "credential_id": credential.id,
                    "language": language,
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                    "storage_key": key,
                    "made_at": now,
                }
            )
    session.execute(insert(Document), documents)
    session.commit()
    return Certified(tuple(numbers), tuple(person.id for person in people))
