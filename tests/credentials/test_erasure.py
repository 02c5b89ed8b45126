"""Erasure: the name, its salt and the files go, from corrections too; number, fact and fingerprints stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.accounts.domain import PersonName
from lms.core.errors import NotAllowed, NotFound
from lms.core.permissions import SYSTEM
from lms.core.storage import FolderStorage, storage
from lms.credentials import commands, queries
from lms.credentials.domain import CredentialState, RevocationReason
from lms.credentials.errors import NoSuchCredential
from lms.credentials.models import Correction, Credential, Document, Holder, Revocation
from lms.credentials.pdf import render_certificate
from lms.credentials.tasks import make_document, remove_erased_files
from tests.conftest import NOW
from tests.factories import sign_in
from tests.jobs.waiting import run_waiting
from tests.visitor import Page, dump

LATER = NOW + timedelta(days=1)
OLD, NEW = PersonName("Aissata", "Koné-N’Guessan"), PersonName("Aïssata", "Koné-N’Guessan")


@pytest.fixture
def awa(registry):
    registry.module()
    actor = registry.person(OLD.given_names, OLD.family_names)
    registry.complete(actor)
    return actor


@pytest.fixture
def numbers(app, registry, session, awa):
    """Those of a certificate and of its correction, both with their files."""
    (first,) = registry.numbers()
    request = registry.ask(awa, first, NEW, "Koné-N’Guessan is written so in my passport")
    second = registry.answer(registry.officer(), first, request).number
    run_waiting(app)
    return first, second


def erase(session, number, actor=SYSTEM):
    erased = commands.erase_holder(session, actor, number=number, now=LATER)
    session.commit()
    return erased


def test_erasing_one_erases_what_it_replaced_and_keeps_the_facts(registry, session, awa, numbers):
    before = {one: registry.view(one) for one in numbers}
    proofs = list(session.scalars(select(Credential.name_commitment)))

    assert erase(session, numbers[1]) == list(numbers)

    for number in numbers:
        view = registry.view(number)
        assert (view.holder, view.holder_id) == (None, None)
        assert view.state_on(NOW.date()) is CredentialState.ERASED
        for fact in ("number", "code", "module_title", "completed_on", "issued_at", "minutes"):
            assert getattr(view, fact) == getattr(before[number], fact)
        assert [one.sha256 for one in view.documents] == [
            one.sha256 for one in before[number].documents
        ]
    assert list(session.scalars(select(Credential.name_commitment))) == proofs
    assert session.scalars(select(Holder)).all() == []


def test_the_name_is_nowhere_in_the_tables_of_certificates(registry, session, awa, numbers):
    commands.revoke_credential(
        session, registry.administrator(), numbers[1], RevocationReason.HOLDER_ASKED,
        note="Aïssata Koné-N’Guessan wrote to us", now=NOW,
    )  # fmt: skip
    erase(session, numbers[0])

    for table, rows in dump(session.connection()).items():
        if table.startswith("credentials_"):
            assert not any("N’Guessan" in row for row in rows), table
    kept = session.scalars(select(Revocation)).one()
    assert (kept.reason, kept.note) == ("holder-asked", "")
    request = session.scalars(select(Correction)).one()
    assert (request.is_granted, request.printed_name, request.reason) == (True, "", "")


def test_an_open_request_ends_with_the_name(registry, session, awa):
    (number,) = registry.numbers()
    registry.ask(awa, number, NEW)
    erase(session, number)

    request = session.scalars(select(Correction)).one()
    session.refresh(request)
    assert (request.is_granted, request.answered_at, request.answered_by_id) == (False, LATER, None)
    assert queries.list_open_requests(session, registry.administrator()) == []
    assert queries.get_record(session, registry.administrator(), number).view.holder is None


def test_the_files_go_after_the_commit_and_their_fingerprints_stay(app, session, awa, numbers):
    keys = list(session.scalars(select(Document.storage_key)))
    hashes = sorted(session.scalars(select(Document.sha256)))
    assert len(keys) == 4
    erase(session, numbers[0])

    assert remove_erased_files.run(LATER) == 4

    for key in keys:
        with pytest.raises(NotFound):
            storage().read(key)
    session.expire_all()
    assert set(session.scalars(select(Document.storage_key))) == {""}
    assert sorted(session.scalars(select(Document.sha256))) == hashes
    assert remove_erased_files.run(LATER) == 0


def test_what_could_not_be_removed_is_removed_by_the_next_sweep(
    app, session, awa, numbers, monkeypatch
):
    erase(session, numbers[0])

    def fail(self, key):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(FolderStorage, "remove", fail)
        with pytest.raises(OSError, match="No space"):
            remove_erased_files.run(LATER)
    assert "" not in set(session.scalars(select(Document.storage_key)))

    assert remove_erased_files.run(LATER) == 4


def test_a_document_that_was_being_made_meanwhile_goes_with_the_next_sweep(
    app, registry, session, awa, monkeypatch
):
    (number,) = registry.numbers()
    view = registry.view(number)

    def render(certificate):
        erase(session, number)
        return render_certificate(certificate)

    monkeypatch.setattr("lms.credentials.pdf.render_certificate", render)
    make_document(view.id, "fr")
    (key,) = session.scalars(select(Document.storage_key)).all() or [None]

    remove_erased_files.run(LATER)
    if key:
        with pytest.raises(NotFound):
            storage().read(key)
    assert make_document(view.id, "en") == ""


def test_the_files_of_others_stay(app, registry, session, awa, numbers):
    bintou = registry.person("Bintou")
    registry.complete(bintou)
    run_waiting(app)
    erase(session, numbers[0])

    remove_erased_files.run(LATER)

    view = registry.view(registry.numbers()[-1])
    assert view.holder == "Bintou Koné"
    assert all(storage().read(one.storage_key) for one in view.documents)


def test_a_person_is_erased_on_every_certificate(registry, session, awa, numbers):
    registry.module("other")
    registry.complete(awa, "other")
    third = registry.numbers()[-1]

    erased = commands.erase_holder(session, SYSTEM, person_id=awa.person_id, now=LATER)

    assert erased == [*numbers, third]
    assert queries.list_credentials(session, awa) == []


def test_who_may_erase(registry, session, awa, numbers):
    for actor in (awa, registry.officer()):
        with pytest.raises(NotAllowed):
            erase(session, numbers[0], actor)
    with pytest.raises(NoSuchCredential):
        erase(session, "SC-2020-00000001")
    assert len(session.scalars(select(Holder)).all()) == 2
    assert erase(session, numbers[0], registry.administrator()) == list(numbers)
    assert erase(session, numbers[0]) == []


def test_after_an_erasure_nothing_is_issued_anew(registry, session, awa, numbers):
    erase(session, numbers[0])
    count = len(registry.numbers())

    commands.confirm_own_name(session, awa, PersonName("Zoé", "Bâ"), in_capitals=False, now=LATER)

    assert len(registry.numbers()) == count


@pytest.mark.parametrize("api", [False, True])
def test_nobody_downloads_an_erased_file(app, registry, session, awa, numbers, api):
    erase(session, numbers[0])
    folder = "/api/v1/credentials" if api else "/my/certificates"

    statuses = [
        sign_in(app.test_client(), actor).get(f"{folder}/{numbers[0]}.pdf").status_code
        for actor in (awa, registry.officer(), registry.administrator())
    ]

    assert statuses == [404, 409, 409]


# --- The command line -----------------------------------------------------------------------------


def test_an_operator_sees_first_what_would_be_erased(app, registry, session, awa, numbers):
    run = app.test_cli_runner().invoke
    shown = run(args=["credentials", "erase", numbers[0], "--dry-run"])
    assert shown.output.splitlines() == [f"{number}: would be erased." for number in numbers]
    assert registry.view(numbers[0]).holder is not None

    done = run(args=["credentials", "erase", numbers[0]])

    assert done.output.splitlines() == [f"{number}: erased." for number in numbers]
    assert registry.view(numbers[0]).holder is None
    assert set(session.scalars(select(Document.storage_key))) == {""}
    again = run(args=["credentials", "erase", numbers[0]])
    assert again.output == f"{numbers[0]}: its name was erased before.\n"


def test_an_operator_is_told_of_a_number_that_is_none_and_of_files_that_stay_for_now(
    app, session, awa, numbers, monkeypatch
):
    run = app.test_cli_runner().invoke
    unknown = run(args=["credentials", "erase", "SC-2020-00000001"])
    assert unknown.exit_code == 1
    assert "Traceback" not in unknown.output

    def fail(self, key):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(FolderStorage, "remove", fail)
    done = run(args=["credentials", "erase", numbers[0]])
    assert "the workers try again: Permission denied" in done.output
    assert session.scalars(select(Holder)).all() == []


def test_the_page_of_an_erased_number_says_so_and_nothing_more(
    app, registry, session, awa, numbers
):
    codes = [registry.view(one).code for one in numbers]
    erase(session, numbers[0])

    for code in codes:
        page = Page(app.test_client().get(f"/verify/{code}?lang=en"), "")
        assert page.title == "Name erased"
        assert "Guessan" not in page.html
        reply = app.test_client().get(f"/api/v1/verify/{code}").json
        assert (reply["state"], reply["holder"], reply["reason"]) == ("erased", None, None)
        assert (reply["superseded_by"], reply["superseded_by_code"]) == (None, None)
