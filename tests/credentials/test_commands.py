"""Credentials: frozen once with the facts of the day, numbered without a gap, their documents made once."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import delete, func, select, update

from lms import accounts, learning
from lms.accounts.models import Membership, Person
from lms.core.permissions import Role, Scope, ScopeKind
from lms.core.storage import storage
from lms.credentials import commands, queries
from lms.credentials.commands import issuing
from lms.credentials.domain import CredentialState, commit_to_name
from lms.credentials.errors import CertificateDoesNotFit, NoSuchCredential
from lms.credentials.models import Credential, Document, Holder
from lms.credentials.tasks import list_languages, make_document
from lms.jobs import JobState, get_job
from lms.learning.commands import complete_activity
from lms.learning.models import Enrolment
from tests.conftest import NOW
from tests.jobs.waiting import run_waiting
from tests.made_courses import Listed, MadeModule, both

LATER = NOW + timedelta(hours=1)
DAY_BEFORE = NOW.date() - timedelta(days=1)
MODULE = MadeModule(activities=(Listed("reading"), Listed("extra", is_required=False)))


@pytest.fixture
def complete(session, make):
    """Enrol somebody in a module and read it, at a moment."""

    def run(actor, slug="lists", *, now=NOW) -> int:
        enrolment_id = make.enrolment(actor, slug)
        complete_activity(session, actor, enrolment_id, "reading", now=now)
        session.commit()
        return enrolment_id

    return run


def count(session, model) -> int:
    return session.scalar(select(func.count()).select_from(model))


def only(session) -> queries.CredentialView:
    """Return the only credential there is, as the database has it."""
    session.expire_all()
    (credential_id,) = session.scalars(select(Credential.id))
    view = queries.find_by_id(session, credential_id)
    assert view is not None
    return view


# --- Freezing -------------------------------------------------------------------------------------


def test_completion_freezes_the_facts_as_they_are(session, make, complete):
    make.modules(MODULE)
    commission = make.institution()
    awa = make.person("Aïssata", "Koné-N’Guessan", institution_id=commission)

    enrolment_id = complete(awa)

    view = only(session)
    assert (view.enrolment_id, view.holder, view.holder_id) == (
        enrolment_id, "Aïssata Koné-N’Guessan", awa.person_id,
    )  # fmt: skip
    assert (view.module_slug, view.module_title) == ("lists", both("Voter lists"))
    assert (view.programme_title, view.minutes) == (both("Made"), 20)
    assert (view.score, view.languages) == (None, ("fr", "en"))
    assert view.institution_name == {"fr": "Commission commission", "en": "commission Commission"}
    assert (view.completed_on, view.issued_at) == (NOW.date(), NOW)
    assert (view.issuer, view.is_specimen) == ("Scrutin", True)
    assert view.state_on(NOW.date()) is CredentialState.VALID


def test_the_score_is_the_modules(session, make):
    make.modules(MadeModule(activities=(Listed("test", "quiz"),)))
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")

    learning.record_result(
        session, enrolment_id, "test", passed=True, score=Fraction(2, 3), now=NOW
    )

    assert only(session).score == Decimal("0.666667")


def test_only_a_demonstration_makes_specimens(session, make, complete, app, monkeypatch):
    make.modules(MODULE)
    config = replace(app.extensions["config"], demo=False, issuer="Institut d’essai")
    monkeypatch.setitem(app.extensions, "config", config)

    complete(make.person())

    assert (only(session).is_specimen, only(session).issuer) == (False, "Institut d’essai")


def test_a_credential_is_issued_once_whatever_is_done_after(session, make, complete):
    make.modules(MODULE)
    awa = make.person()
    enrolment_id = complete(awa)
    before = only(session)
    event = learning.domain.ModuleCompleted(
        enrolment_id, awa.person_id, 1, 1, None, LATER, Decimal("0.1")
    )

    complete_activity(session, awa, enrolment_id, "reading", now=LATER)
    complete_activity(session, awa, enrolment_id, "extra", now=LATER)
    commands.issue_on_completion(session, event, LATER)

    assert only(session) == before


def test_what_was_frozen_outlives_the_module_the_name_and_the_institution(session, make, complete):
    make.modules(MODULE)
    awa = make.person(institution_id=make.institution())
    complete(awa)
    before = only(session)

    make.modules(MODULE.with_(title=both("Renamed"), activities=(Listed("other"),)))
    session.execute(update(Person).values(printed_name="Somebody Else", family_names="Else"))
    session.execute(update(Membership).values(ended_on=LATER.date()))
    session.commit()

    assert only(session) == before


@pytest.mark.parametrize(
    ("membership", "is_printed"),
    [
        ({}, True),
        ({"confirmed_at": None}, False),
        ({"confirmed_at": LATER}, False),
        ({"started_on": DAY_BEFORE, "ended_on": DAY_BEFORE}, False),
    ],
)
def test_an_institution_is_printed_only_if_it_had_confirmed_the_person(
    session, make, complete, membership, is_printed
):
    make.modules(MODULE)
    awa = make.person(institution_id=make.institution())
    if membership:
        session.execute(update(Membership).values(**membership))
        session.commit()

    complete(awa)

    assert (only(session).institution_name is not None) is is_printed


def test_completion_does_not_wait_for_a_name_but_the_credential_does(session, make, complete):
    make.modules(MODULE)
    awa = make.person()
    session.execute(update(Person).values(printed_name=None))

    enrolment_id = complete(awa)

    assert session.get(Enrolment, enrolment_id).completed_at == NOW
    assert count(session, Credential) == 0


def test_a_failure_to_issue_takes_the_completion_back_with_it(session, make, monkeypatch):
    make.modules(MODULE)
    awa = make.person()
    enrolment_id = make.enrolment(awa, "lists")
    monkeypatch.setattr(issuing, "draw_code", lambda chance: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        complete_activity(session, awa, enrolment_id, "reading", now=NOW)
    session.rollback()

    assert session.get(Enrolment, enrolment_id).completed_at is None
    assert count(session, Credential) == 0


def test_numbers_count_from_1_in_each_year_without_a_gap(session, make, complete):
    make.modules(MODULE)
    new_year = NOW.replace(year=2027)

    for now in (NOW, LATER, new_year, LATER):
        complete(make.person(), now=now)

    numbers = list(session.scalars(select(Credential.number).order_by(Credential.id)))
    assert numbers == [
        "SC-2026-00000001", "SC-2026-00000002", "SC-2027-00000001", "SC-2026-00000003",
    ]  # fmt: skip
    assert len(set(session.scalars(select(Credential.code)))) == 4


def test_a_number_whose_transaction_is_undone_is_given_to_the_next(session, make, complete):
    make.modules(MODULE)
    awa, bintou = make.person(), make.person("Bintou")
    lost = make.enrolment(awa, "lists")
    complete_activity(session, awa, lost, "reading", now=NOW)
    session.rollback()

    complete(bintou)

    assert only(session).number == "SC-2026-00000001"


def test_the_name_lies_apart_and_is_proved_by_its_salt(session, make, complete):
    make.modules(MODULE)
    complete(make.person("Aïssata", "Koné"))

    credential = session.scalars(select(Credential)).one()
    holder = session.scalars(select(Holder)).one()

    assert credential.name_commitment == commit_to_name(holder.salt, "Aïssata Koné")
    assert len(holder.salt) == 32
    columns = [str(getattr(credential, column.key)) for column in Credential.__table__.columns]
    assert not any("Aïssata" in text or "Koné" in text for text in columns)


def test_two_people_of_one_name_have_different_commitments(session, make, complete):
    make.modules(MODULE)
    for _ in range(2):
        complete(make.person())

    assert len(set(session.scalars(select(Credential.name_commitment)))) == 2


def test_an_erased_name_leaves_the_fact_and_says_so(session, make, complete):
    make.modules(MODULE)
    complete(make.person())
    number = only(session).number

    session.execute(delete(Holder))

    view = only(session)
    assert (view.number, view.holder) == (number, None)
    assert view.state_on(NOW.date()) is CredentialState.ERASED
    assert list_languages(view.id) == []
    assert make_document(view.id, "fr") == ""


def test_a_correction_supersedes_what_was_issued_before(session, make, complete):
    make.modules(MODULE)
    complete(make.person())
    first = session.scalars(select(Credential)).one()
    columns = {
        column.key: getattr(first, column.key)
        for column in Credential.__table__.columns
        if column.key != "id"
    }

    session.add(
        Credential(
            **{
                **columns,
                "sequence": 2,
                "supersedes_id": first.id,
                "number": "SC-2026-00000002",
                "code": "0" * 16,
            }
        )
    )
    session.flush()

    old, new = queries.find_by_code(session, first.code), queries.find_by_code(session, "0" * 16)
    assert old is not None
    assert new is not None
    assert old.state_on(NOW.date()) is CredentialState.SUPERSEDED
    # No name was given to the second.
    assert new.state_on(NOW.date()) is CredentialState.ERASED


# --- Who may see it -------------------------------------------------------------------------------


def test_the_holder_and_the_officer_of_the_enrolments_institution_see_it(session, make, complete):
    make.modules(MODULE)
    above = make.institution("ministry")
    commission = make.institution("commission", above)
    awa = make.person(institution_id=commission)
    complete(awa)
    number = only(session).number

    def officer(institution_id):
        scope = Scope(ScopeKind.INSTITUTION, institution_id)
        return make.person(roles=(Role.OFFICER,), scope=scope)

    readers = [awa, officer(commission), officer(above)]
    for actor in readers:
        assert queries.get_credential(session, actor, number).number == number
    strangers = [
        make.person("Bintou"),
        officer(make.institution("elsewhere")),
        make.person(roles=(Role.TRAINER,)),
    ]
    for actor in strangers:
        with pytest.raises(NoSuchCredential):
            queries.get_credential(session, actor, number)
    assert [view.number for view in queries.list_credentials(session, awa)] == [number]
    assert queries.list_credentials(session, strangers[0]) == []


# --- Documents ------------------------------------------------------------------------------------


def test_the_documents_are_made_once_and_their_hashes_are_those_of_the_stored_bytes(
    app, session, make, complete
):
    make.modules(MODULE)
    complete(make.person("Aïssata", "Koné"))
    assert only(session).documents == ()

    assert run_waiting(app) == [only(session).job_id]

    documents = only(session).documents
    assert {document.language for document in documents} == {"fr", "en"}
    for document in documents:
        content = storage().read(document.storage_key)
        assert document.sha256 == hashlib.sha256(content).hexdigest()
        assert document.size == len(content)
        text = PdfReader(BytesIO(content)).pages[0].extract_text()
        assert "Aïssata Koné" in text
        assert only(session).printed_code in text
    for language in ("fr", "en"):
        make_document(only(session).id, language)
    assert only(session).documents == documents


def test_what_was_made_is_not_made_anew_even_if_the_file_is_another(
    app, session, make, complete, monkeypatch
):
    make.modules(MODULE)
    complete(make.person())
    run_waiting(app)
    before = only(session)
    monkeypatch.setattr("lms.credentials.pdf.render_certificate", lambda certificate: 1 / 0)

    for document in before.documents:
        assert make_document(before.id, document.language) == document.sha256
        kept = commands.keep_document(
            session, before.id, document.language, b"other", "other.pdf", key_id=None, now=LATER
        )
        assert kept.sha256 == document.sha256

    assert only(session) == before


def test_a_document_of_no_credential_is_not_kept(session):
    with pytest.raises(NoSuchCredential):
        commands.keep_document(session, 1, "fr", b"", "x.pdf", key_id=None, now=NOW)


def refuse(certificate):
    raise CertificateDoesNotFit(certificate.module_title)


def test_a_certificate_that_cannot_be_set_leaves_the_learners_result_alone(
    app, session, make, complete, monkeypatch
):
    make.modules(MODULE)
    awa = make.person()
    enrolment_id = complete(awa)
    monkeypatch.setattr("lms.credentials.pdf.render_certificate", refuse)

    with pytest.raises(CertificateDoesNotFit):
        run_waiting(app)

    view = only(session)
    assert view.is_incomplete
    assert session.get(Enrolment, enrolment_id).completed_at == NOW
    assert get_job(session, awa, view.job_id).state is JobState.WAITING
    assert queries.list_failed(session, awa, [view]) == set()


def test_make_missing_asks_again_for_what_is_missing_alone(
    app, session, make, complete, monkeypatch
):
    make.modules(MODULE)
    complete(make.person())
    run_waiting(app)
    bintou, erased = make.person("Bintou"), make.person("Chaka")
    complete(bintou)
    complete(erased)
    session.execute(delete(Holder).where(Holder.person_id == erased.person_id))
    session.commit()
    run = app.test_cli_runner().invoke

    assert run(args=["credentials", "make-missing", "--dry-run"]).output.rstrip().endswith(": 1")
    (before,) = queries.list_credentials(session, bintou)
    assert run(args=["credentials", "make-missing"]).output.rstrip().endswith(": 1")

    session.expire_all()
    (after,) = queries.list_credentials(session, bintou)
    assert after.job_id != before.job_id
    run_waiting(app)
    assert count(session, Document) == 4
    assert run(args=["credentials", "make-missing"]).output.rstrip().endswith(": 0")


def test_the_institution_of_another_person_is_not_printed(session, make, complete):
    make.modules(MODULE)
    make.person("Bintou", institution_id=make.institution())

    complete(make.person())

    assert only(session).institution_name is None
    assert accounts.lock_holder(session, only(session).holder_id, at=NOW).institution_ids == ()
