"""People at every point of the way, so that every page can be looked at in every state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from random import Random
from types import MappingProxyType
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import institutions, jobs
from lms.accounts.domain import NameOrder, PersonName
from lms.core.permissions import SYSTEM, Actor, Role
from lms.credentials import commands as credentials
from lms.credentials import tasks
from lms.credentials.domain import RevocationReason, SupersessionReason, draw_code, group_code
from lms.credentials.models import Credential, Holder
from lms.institutions.pages.files import EXAMPLES
from lms.jobs.workflows import workflow_tables
from lms.learning import commands as learning
from lms.learning.models import Enrolment
from lms.quizzes import commands as quizzes
from lms.quizzes.domain import Save
from lms.quizzes.queries import list_questions
from tests.browser.bringing_in import make_desk
from tests.browser.downloads import make_downloads
from tests.browser.exams import make_exams
from tests.browser.office import make_office
from tests.browser.product import Product
from tests.factories import Factory

LESSON = "methods"
QUIZ = "methods-test"

Choices = dict[int, list[str]]


@dataclass(frozen=True, slots=True)
class World:
    """Who stands where. `enrolment` and `attempt` are by the person's name here."""

    people: MappingProxyType[str, Actor]
    enrolment: MappingProxyType[str, int]
    attempt: MappingProxyType[str, int]
    # State of a certificate → its code as printed.
    code: MappingProxyType[str, str]
    # A branch with others below it, its zone, and a type of member.
    institution: int
    zone: int
    member_type: int
    # A membership in that branch, and a branch below it.
    membership: int
    below: int
    # An institution with certificates, and its officer's downloads by state.
    desk: int
    bundle: MappingProxyType[str, int]
    # An institution with seats, the people of its officer, and one of them who was reminded.
    office: int


def right_choices(session: Session, attempt_id: int) -> Choices:
    """Return for each slot the options that earn all of its marks."""
    return _choices(session, attempt_id, lambda fraction: fraction > 0)


def wrong_choices(session: Session, attempt_id: int) -> Choices:
    """Return for each slot the options that earn nothing."""
    return {
        slot: keys[:1]
        for slot, keys in _choices(session, attempt_id, lambda fraction: fraction <= 0).items()
    }


def _choices(session: Session, attempt_id: int, fits: Callable[[Fraction], bool]) -> Choices:
    return {
        slot.number: [
            option["key"] for option in slot.body["options"] if fits(Fraction(option["fraction"]))
        ]
        for slot in list_questions(session, attempt_id)
    }


def read_lesson(make: Factory, actor: Actor, enrolment_id: int) -> None:
    """Mark the lesson as read."""
    learning.complete_activity(make.session, actor, enrolment_id, LESSON, now=make.now)
    make.session.commit()


def start_attempt(make: Factory, actor: Actor, enrolment_id: int, language: str = "fr") -> int:
    """Return the id of an attempt at the quiz that is open."""
    started = quizzes.start_attempt(
        make.session, actor, enrolment_id, QUIZ, language=language, now=make.now
    )
    make.session.commit()
    return started.id


def begin_attempt(product: Product, actor: Actor) -> int:
    """Enrol, mark the lesson as read, and return the id of the first attempt, without an answer."""
    with product.making() as make:
        enrolment_id = make.enrolment(actor)
        read_lesson(make, actor, enrolment_id)
        return start_attempt(make, actor, enrolment_id)


def answer(make: Factory, actor: Actor, attempt_id: int, choices: Choices) -> None:
    """Save these answers, as from a device of their own."""
    saves = [Save("before", slot, 1, 0, {"choices": keys}, "fr") for slot, keys in choices.items()]
    quizzes.save_answers(make.session, actor, attempt_id, saves, now=make.now)
    make.session.commit()


def sit(make: Factory, actor: Actor, enrolment_id: int, *, well: bool) -> int:
    """Start, answer and submit an attempt; return its id."""
    attempt_id = start_attempt(make, actor, enrolment_id)
    find = right_choices if well else wrong_choices
    answer(make, actor, attempt_id, find(make.session, attempt_id))
    quizzes.submit_attempt(make.session, actor, attempt_id, now=make.now)
    make.session.commit()
    return attempt_id


def make_world(product: Product) -> World:
    """Make the people, by the rooms' own commands."""
    people: dict[str, Actor] = {}
    enrolment: dict[str, int] = {}
    attempt: dict[str, int] = {}
    code: dict[str, str] = {}
    with product.making() as make:
        for name in ("newcomer", "beginner", "reader", "sitter", "retaker", "spent", "holder"):
            people[name] = make.person("Mariam Élise", "Ouattara-N’Dri")
            if name != "newcomer":
                enrolment[name] = make.enrolment(people[name])
            if name not in {"newcomer", "beginner"}:
                read_lesson(make, people[name], enrolment[name])
        people["trainer"] = make.person("Mariam Élise", "Ouattara-N’Dri", roles=(Role.TRAINER,))
        people["administrator"] = make.person(
            "Mariam Élise", "Ouattara-N’Dri", roles=(Role.ADMINISTRATOR,)
        )
        attempt["sitter"] = start_attempt(make, people["sitter"], enrolment["sitter"])
        right = right_choices(make.session, attempt["sitter"])
        answer(make, people["sitter"], attempt["sitter"], {1: right[1], 3: right[3]})
        attempt["retaker"] = sit(make, people["retaker"], enrolment["retaker"], well=False)
        for _ in range(3):
            attempt["spent"] = sit(make, people["spent"], enrolment["spent"], well=False)
        attempt["holder"] = sit(make, people["holder"], enrolment["holder"], well=True)
        credential = make.session.scalars(
            select(Credential).where(Credential.enrolment_id == enrolment["holder"])
        ).one()
        code["specimen"] = group_code(credential.code)
        make_exams(make, people, enrolment, attempt)
    # Whether the worker or this process makes it first, it is there when this returns.
    # Signing runs an event loop of its own, and a browser's may be running in this thread.
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(_make_documents, product, credential.id, credential.languages).result()
    with product.making() as make:
        for name in ("waiting", "unlucky", "real", "superseded", "erased"):
            people[name] = make.person("Mariam Élise", "Ouattara-N’Dri")
            enrolment[name] = make.enrolment(people[name])
            issued = _issue(make, credential, enrolment[name], people[name], name)
            code[name] = group_code(issued.code)
            if name == "unlucky":
                issued.job_id = _failed_job(make, people[name])
                # So often that it is not tried again while the tests run.
                issued.tries = 100
        make.session.commit()
        make_lives(make, credential, people, enrolment, code)
        places = make_places(make)
        membership_id, below_id = make_desk(make, people, places[0])
        people["officer of downloads"], desk, bundles = make_downloads(
            make, product.app.extensions["storage"]
        )
        people["officer"], people["reminded"], office = make_office(make, LESSON)
    return World(
        MappingProxyType(people),
        MappingProxyType(enrolment),
        MappingProxyType(attempt),
        MappingProxyType(code),
        *places,
        membership=membership_id,
        below=below_id,
        desk=desk,
        bundle=MappingProxyType(bundles),
        office=office,
    )


def make_lives(
    make: Factory,
    like: Credential,
    people: dict[str, Actor],
    enrolment: dict[str, int],
    code: dict[str, str],
) -> None:
    """Make those whose certificate waits for the name, is to be corrected, ends soon, or was withdrawn."""
    people["nameless"] = make.person("Mariam Élise", "Ouattara-N’Dri", confirms_name=False)
    enrolment["nameless"] = make.enrolment(people["nameless"])
    read_lesson(make, people["nameless"], enrolment["nameless"])
    sit(make, people["nameless"], enrolment["nameless"], well=True)
    for name in ("asked", "ending", "withdrawn"):
        people[name] = make.person("Mariam Élise", "Ouattara-N’Dri")
        enrolment[name] = make.enrolment(people[name])
        issued = _issue(make, like, enrolment[name], people[name], name)
        code[name] = group_code(issued.code)
        if name == "ending":
            issued.expires_on = (make.now + timedelta(days=20)).date()
            make.session.get_one(Enrolment, enrolment[name]).completed_at = make.now
    make.session.flush()
    wanted = PersonName("Mariam Élise", "Ouattara-N’Dri", NameOrder.FAMILY_FIRST)
    credentials.ask_for_correction(
        make.session, people["asked"], "TEST-asked-1", wanted, in_capitals=True,
        reason="Le nom de famille vient d’abord sur ma carte d’électrice.", now=make.now,
    )  # fmt: skip
    credentials.revoke_credential(
        make.session, people["administrator"], "TEST-withdrawn-1", RevocationReason.ISSUED_IN_ERROR,
        note="Délivré pour un autre module.", now=make.now,
    )  # fmt: skip
    make.session.commit()


def make_places(make: Factory) -> tuple[int, int, int]:
    """Import the tables that administrators begin with; return a branch, its zone, and a type of member."""
    for name, read in (
        ("zones", institutions.import_zones),
        ("institutions", institutions.import_institutions),
    ):
        read(make.session, SYSTEM, (EXAMPLES / f"{name}.csv").read_bytes())
    make.session.commit()
    branch = institutions.find_institution_by_key(make.session, "branch-fanabougou")
    assert branch is not None
    assert branch.zone_id is not None
    seat = institutions.institution_seats.c
    member_type = make.session.scalars(
        select(seat.member_type_id).where(seat.institution_id == branch.id).limit(1)
    ).one()
    return branch.id, branch.zone_id, member_type


def _make_documents(product: Product, credential_id: int, languages: Sequence[str]) -> None:
    with product.app.app_context():
        for language in languages:
            tasks.make_document(credential_id, language)


def _issue(
    make: Factory, like: Credential, enrolment_id: int, holder: Actor, name: str
) -> Credential:
    """Record a credential as an earlier day did, without a document and without a job."""
    facts: dict[str, Any] = {
        column.key: getattr(like, column.key)
        for column in Credential.__table__.columns
        if column.key not in {"id", "job_id"}
    }
    count = 2 if name == "superseded" else 1
    first = older_id = None
    for sequence in range(1, count + 1):
        issued = Credential(
            **facts
            | {
                "enrolment_id": enrolment_id,
                "sequence": sequence,
                "supersedes_id": older_id,
                "supersession_reason": SupersessionReason.NAME_CORRECTED if older_id else None,
                "number": f"TEST-{name}-{sequence}",
                "code": draw_code(Random(f"{name} {sequence}")),
                "is_specimen": name != "waiting",
                "issued_at": make.now - timedelta(days=400),
            }
        )
        if name in {"real", "superseded", "erased"}:
            issued.is_specimen = False
        make.session.add(issued)
        make.session.flush()
        if name != "erased":
            make.session.add(
                Holder(
                    credential_id=issued.id,
                    person_id=holder.person_id,
                    printed_name="Mariam Élise Ouattara-N’Dri",
                    salt="salt",
                )
            )
        first = first or issued
        older_id = issued.id
    return first


def _failed_job(make: Factory, owner: Actor) -> str:
    """Return the id of a job that failed, written so before any worker could see it."""
    job_id = jobs.enqueue(
        make.session, "credentials.make_documents", {}, owner_id=owner.person_id, subject="TEST",
        now=make.now,
    )  # fmt: skip
    status = workflow_tables(make.session).status
    make.session.execute(
        update(status).where(status.c.workflow_uuid == job_id).values(status="ERROR")
    )
    return job_id
