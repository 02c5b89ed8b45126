"""A download of an institution's certificates: what is in it, whose it is, and what is refused."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from sqlalchemy import select, update

from lms import jobs
from lms.accounts.models import Membership, Person
from lms.core.errors import NotFound, SignInRequired
from lms.core.permissions import NOBODY, SYSTEM, Role, Scope, ScopeKind
from lms.core.storage import storage
from lms.credentials.commands import erase_holder
from lms.credentials.models import Credential, Document, Holder, Revocation
from lms.learning.models import Enrolment
from lms.officers.commands import bundles as commands
from lms.officers.domain.bundles import BundleChoice
from lms.officers.errors import (
    DamagedDocument,
    MissingDocument,
    NoSuchBranch,
    NothingToBundle,
    PeriodEndsBeforeItsStart,
    TooManyBundles,
)
from lms.officers.models import Bundle
from lms.officers.queries import bundles as queries
from lms.officers.queries.credentials import get_place
from tests.conftest import NOW
from tests.jobs.waiting import run_waiting
from tests.officers.certified import certify_many
from tests.officers.test_file_names import faults_on_windows

DAY = timedelta(days=1)


def write_real_pdf(number, language):
    """Return a page of A4 with a link on it."""
    writer = PdfWriter()
    writer.add_blank_page(842, 595)
    writer.add_annotation(0, Link(rect=(0, 0, 50, 50), url=f"http://localhost/{number}"))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


class Desk:
    """An institution with two branches, one beside it, and its officer."""

    def __init__(self, session, make):
        self.session = session
        self.north = make.institution("north")
        self.east = make.institution("east", parent_id=self.north)
        self.west = make.institution("west", parent_id=self.north)
        self.south = make.institution("south")
        self.officer = make.person(
            "Aïcha", "Diallo", roles=(Role.OFFICER,), scope=self.scope(self.north)
        )

    def scope(self, institution_id):
        return Scope(ScopeKind.INSTITUTION, institution_id)

    def certify(self, *places, count=4, first=1, now=NOW, **more):
        return certify_many(
            self.session, storage(), now=now, places=places, count=count, first=first, **more
        )

    def ask(self, choice=BundleChoice(), *, actor=None, at=None, now=NOW, language="en"):  # noqa: B008 (frozen)
        bundle = commands.create_bundle(
            self.session,
            actor or self.officer,
            at or self.north,
            choice,
            language=language,
            now=now,
        )
        self.session.commit()
        return bundle

    def fetch(self, app, choice=BundleChoice(), **more):  # noqa: B008 (frozen)
        """Return the whole archive that comes of the choice."""
        bundle = self.ask(choice, **more)
        run_waiting(app)
        file = jobs.get_file(self.session, more.get("actor") or self.officer, bundle.job_id)
        content = storage().read(file.key)
        assert hashlib.sha256(content).hexdigest() == file.sha256
        return zipfile.ZipFile(io.BytesIO(content))

    def set_state(self, bundle, status, **more):
        from lms.jobs.workflows import workflow_tables

        table = workflow_tables(self.session).status
        self.session.execute(
            update(table).where(table.c.workflow_uuid == bundle.job_id).values(status=status)
        )
        self.session.commit()


@pytest.fixture
def desk(app, session, make, monkeypatch):
    # The job reads the clock by itself: ten days after the certificates were issued.
    monkeypatch.setattr("lms.core.clock.now", lambda: NOW + 10 * DAY)
    shutil.rmtree(storage().root, ignore_errors=True)
    return Desk(session, make)


def numbers_in(archive):
    return sorted({line["number"] for line in json.loads(archive.read("manifest.json"))["files"]})


def read_csv(archive, name):
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


# --- What is in it ------------------------------------------------------------------------------------


def test_it_holds_every_file_under_a_readable_name_with_its_hash_in_the_manifest(app, desk):
    desk.certify(desk.east, desk.west)
    archive = desk.fetch(app)

    names = archive.namelist()
    certificates = [name for name in names if name.startswith("certificates/")]
    assert certificates[0] == (
        "certificates/east Commission/"
        "Ouattara-N’Dri 00001 Mariam Élise - lists - SC-2026-00000001 - en.pdf"
    )
    assert len(certificates) == 8
    assert {name.split("/")[1] for name in certificates} == {"east Commission", "west Commission"}
    manifest = json.loads(archive.read("manifest.json"))
    assert (manifest["made_on"], manifest["choice"]["module"]) == ("2026-03-12", "")
    lines = {line["file"]: line for line in manifest["files"]}
    assert set(lines) == set(certificates)
    for name, line in lines.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == line["sha256"]
    first = lines[certificates[0]]
    code = desk.session.scalars(select(Credential.code).order_by(Credential.id)).first()
    grouped = "-".join(code[at : at + 4] for at in range(0, 16, 4))
    assert first == {
        "number": "SC-2026-00000001",
        "holder": "Mariam Élise Ouattara-N’Dri 00001",
        "module": "lists",
        "date": "2026-03-02",
        "sha256": first["sha256"],
        "verification_address": f"http://localhost/verify/{grouped}",
        "issued_at": "2026-03-02T09:30:00Z",
        "kind": "completion",
        "language": "en",
        "institution": "east Commission",
        "file": certificates[0],
    }
    assert read_csv(archive, "manifest.csv") == list(lines.values())


def test_every_system_unpacks_it(app, desk, tmp_path):
    desk.session.commit()
    desk.certify(desk.east, desk.west)
    people = desk.session.scalars(select(Holder).order_by(Holder.credential_id)).all()
    for holder, name in zip(
        people, ["CON", 'A/B\\C:*?"<>|', "محمد ولد", "Zoé\u202e. "], strict=True
    ):
        holder.printed_name = name
    desk.session.commit()
    archive = desk.fetch(app)

    assert archive.testzip() is None
    for info in archive.infolist():
        for part in info.filename.split("/"):
            assert faults_on_windows(part) == [], info.filename
        assert info.compress_type == zipfile.ZIP_STORED
        assert info.filename.isascii() or info.flag_bits & 0x800
    (tmp_path / "bundle.zip").write_bytes(archive.fp.getvalue())
    archive.extractall(tmp_path / "python")
    if shutil.which("unzip"):
        unzip = ["unzip", "-q", tmp_path / "bundle.zip", "-d", tmp_path / "unzip"]
        subprocess.run(unzip, check=True, env={"LC_ALL": "C.UTF-8"})
        unpacked = [
            {str(path.relative_to(folder)) for path in folder.rglob("*")}
            for folder in (tmp_path / "python", tmp_path / "unzip")
        ]
        assert unpacked[0] == unpacked[1]


def test_one_institution_has_no_folder_of_its_own_and_one_language_no_file_of_another(app, desk):
    desk.certify(desk.east, count=2)
    archive = desk.fetch(app, BundleChoice(languages=("fr",)))

    certificates = [name for name in archive.namelist() if name.startswith("certificates/")]
    assert [name.count("/") for name in certificates] == [1, 1]
    assert all(name.endswith(" - fr.pdf") for name in certificates)


def test_the_registry_lists_all_that_was_chosen_and_only_what_holds_has_a_file(app, desk):
    desk.certify(desk.east, count=5)
    valid, revoked, erased, expired, old = desk.session.scalars(
        select(Credential).order_by(Credential.id)
    )
    desk.session.add(
        Revocation(credential_id=revoked.id, reason="misconduct", note="", revoked_at=NOW)
    )
    desk.session.delete(desk.session.get_one(Holder, erased.id))
    expired.expires_on = NOW.date()
    facts = {c.key: getattr(old, c.key) for c in Credential.__table__.columns if c.key != "id"}
    changes = {
        "sequence": 2,
        "supersedes_id": old.id,
        "number": "SC-2026-00000099",
        "code": "0" * 16,
    }
    newer = Credential(**facts | changes)
    desk.session.add(newer)
    desk.session.flush()
    person_id = desk.session.get_one(Holder, old.id).person_id
    desk.session.add(
        Holder(credential_id=newer.id, person_id=person_id, printed_name="=cmd|x", salt="s")
    )
    desk.session.commit()

    archive = desk.fetch(app, language="en")

    assert numbers_in(archive) == [valid.number, expired.number]
    rows = {row["Number"]: row for row in read_csv(archive, "registry.csv")}
    assert {number: row["State"] for number, row in rows.items()} == {
        valid.number: "Valid",
        revoked.number: "Withdrawn",
        erased.number: "Name erased",
        expired.number: "Expired",
        old.number: "Replaced",
        newer.number: "Valid",
    }
    assert rows[erased.number]["Holder"] == ""
    assert rows[old.number]["Replaced by"] == newer.number
    assert rows[newer.number]["Holder"] == "'=cmd|x", "a spreadsheet must not run it"
    assert (rows[valid.number]["Hours"], rows[valid.number]["Title of the module"]) == (
        "2.5",
        "Voter lists",
    )
    sheet = load_workbook(io.BytesIO(archive.read("registry.xlsx"))).worksheets[0]
    cells = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    assert cells[0] == list(rows[valid.number])
    assert [row[0] for row in cells[1:]] == list(rows)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    # The one that replaces has no document yet, and the read-me says so in both languages.
    for name in ("README.txt", "LISEZ-MOI.txt"):
        text = archive.read(name).decode("utf-8-sig")
        assert "SC-2026-00000099 (fr), SC-2026-00000099 (en)" in text
        assert revoked.number not in text


def test_copies_to_print_are_marked_and_hold_neither_link_nor_signature(app, desk):
    desk.certify(desk.east, count=3, write=write_real_pdf)
    archive = desk.fetch(app, BundleChoice(with_prints=True))

    prints = [name for name in archive.namelist() if name.startswith("print/")]
    assert prints == ["print/print-en-001.pdf", "print/print-fr-001.pdf"]
    addresses = {
        line["number"]: line["verification_address"] for line in read_csv(archive, "manifest.csv")
    }
    copies = PdfReader(io.BytesIO(archive.read(prints[0])))
    assert len(copies.pages) == 3
    assert copies.get_fields() is None
    for page, address in zip(copies.pages, addresses.values(), strict=True):
        assert page.extract_text() == f"Unsigned copy for printing, check at {address}"
        assert "/Annots" not in page
    assert "The folder “print” holds copies" in archive.read("README.txt").decode("utf-8-sig")
    assert storage().list_names(f"bundles/{desk.session.scalars(select(Bundle.id)).one()}") == [
        "bundle.zip"
    ]


# --- Which ------------------------------------------------------------------------------------------------


def test_it_is_chosen_by_branch_period_module_edition_and_kind(app, desk):
    east = desk.certify(desk.east, count=2).numbers
    west = desk.certify(desk.west, count=2, first=3, now=NOW + 2 * DAY).numbers
    desk.certify(desk.south, count=1, first=9)
    last = (NOW + 2 * DAY).date()

    def chosen(**choice):
        archive = desk.fetch(app, BundleChoice(**choice))
        return tuple(numbers_in(archive))

    assert chosen() == east + west
    assert chosen(branch_id=desk.east) == east
    assert chosen(branch_id=desk.north) == east + west
    assert chosen(since=last) == west
    assert chosen(until=NOW.date()) == east
    assert chosen(since=NOW.date(), until=last) == east + west
    assert chosen(module_slug="lists", edition_key="open", kinds=("completion",)) == east + west


@pytest.mark.parametrize(
    "choice",
    [
        {"module_slug": "none"},
        {"edition_key": "none"},
        {"kinds": ("participation",)},
        {"until": (NOW - DAY).date()},
        {"since": (NOW + DAY).date()},
    ],
)
def test_a_choice_that_nothing_fits_is_refused_and_makes_nothing(desk, choice):
    desk.certify(desk.east, count=1)
    with pytest.raises(NothingToBundle, match="No certificate fits"):
        desk.ask(BundleChoice(**choice))
    assert desk.session.scalars(select(Bundle)).all() == []


def test_neither_a_branch_of_others_nor_a_period_without_a_day_is_taken(desk):
    desk.certify(desk.east, desk.south, count=2)
    for branch_id in (desk.south, 999_999):
        with pytest.raises(NoSuchBranch, match="not one of this institution"):
            desk.ask(BundleChoice(branch_id=branch_id))
    with pytest.raises(PeriodEndsBeforeItsStart, match="lies before the first"):
        desk.ask(BundleChoice(since=NOW.date(), until=(NOW - DAY).date()))
    assert desk.session.scalars(select(Bundle)).all() == []


def test_it_holds_those_who_were_theirs_at_the_time(app, desk):
    made = desk.certify(desk.east, count=4)
    _stayed, moved, claims, came = made.person_ids
    membership = update(Membership)
    of = Membership.person_id
    desk.session.execute(
        membership.where(of == moved).values(ended_on=(NOW + DAY).date(), end_reason="moved")
    )
    desk.session.execute(membership.where(of == claims).values(confirmed_at=None))
    desk.session.execute(membership.where(of == came).values(started_on=(NOW + DAY).date()))
    desk.session.commit()

    assert tuple(numbers_in(desk.fetch(app))) == made.numbers[:2]


# --- Whose ------------------------------------------------------------------------------------------------


def test_only_who_reads_the_certificates_of_the_institution_asks_for_them(desk, make):
    desk.certify(desk.east, desk.south, count=2)
    elsewhere = make.person(roles=(Role.OFFICER,), scope=desk.scope(desk.south))
    below = make.person(roles=(Role.OFFICER,), scope=desk.scope(desk.east))
    trainer = make.person(roles=(Role.TRAINER,))
    for actor in (elsewhere, below, trainer, make.person()):
        with pytest.raises(NotFound):
            desk.ask(actor=actor)
    with pytest.raises(SignInRequired):
        desk.ask(actor=NOBODY)
    with pytest.raises(NotFound):
        desk.ask(at=999_999)
    assert desk.session.scalars(select(Bundle)).all() == []
    assert desk.ask(actor=below, at=desk.east).institution_id == desk.east


def test_a_download_is_its_owners_as_long_as_the_grant_lasts(app, session, desk, make):
    desk.certify(desk.east, count=1)
    bundle = desk.ask()
    run_waiting(app)
    other = make.person(roles=(Role.OFFICER,), scope=desk.scope(desk.north))
    administrator = make.person(roles=(Role.ADMINISTRATOR,))
    former = type(desk.officer)(desk.officer.person_id)

    def may_see(actor):
        try:
            queries.get_bundle(session, actor, desk.north, bundle.id)
            jobs.get_file(session, actor, bundle.job_id)
        except NotFound:
            return False
        return True

    assert may_see(desk.officer)
    assert may_see(administrator)
    assert not may_see(other)
    assert not may_see(former)
    # The job itself is still its owner's to see; its file is not.
    assert jobs.get_job(session, former, bundle.job_id).state is jobs.JobState.DONE
    with pytest.raises(NotFound):
        jobs.get_file(session, former, bundle.job_id)
    with pytest.raises(NotFound):
        queries.get_bundle(session, desk.officer, desk.east, bundle.id)
    place = get_place(session, other, desk.north)
    assert queries.list_bundles(session, other, place) == []
    assert [one.id for one, _ in queries.list_bundles(session, desk.officer, place)] == [bundle.id]


# --- How often ----------------------------------------------------------------------------------------------


def test_two_clicks_make_one_job_and_a_later_one_another(session, desk):
    desk.certify(desk.east, count=1)
    first = desk.ask()
    assert desk.ask(now=NOW + timedelta(seconds=59)) == first
    assert desk.ask(now=NOW + timedelta(seconds=60)).id != first.id
    assert len(jobs.list_jobs(session, SYSTEM)) == 2
    other = desk.ask(BundleChoice(languages=("fr",)))
    assert other.id != first.id


def test_three_at_once_are_enough(session, desk):
    desk.certify(desk.east, count=1)
    asked = [desk.ask(now=NOW + at * DAY) for at in range(3)]
    with pytest.raises(TooManyBundles, match="3 of your downloads") as refused:
        desk.ask(now=NOW + 3 * DAY)
    assert refused.value.retry_after > 0
    assert len(session.scalars(select(Bundle)).all()) == 3

    commands.cancel_bundle(session, desk.officer, desk.north, asked[0].id)
    assert desk.ask(now=NOW + 3 * DAY).id not in {one.id for one in asked}


# --- Files that are not what they should be ------------------------------------------------------------------


def test_a_file_that_was_changed_fails_the_job_with_its_number(app, session, desk):
    made = desk.certify(desk.east, count=2)
    key = session.scalars(
        select(Document.storage_key).where(Document.storage_key.contains(made.numbers[1]))
    ).first()
    storage().write(key, b"changed")
    desk.ask()
    with pytest.raises(DamagedDocument, match=made.numbers[1]):
        run_waiting(app)

    storage().remove(key)
    with pytest.raises(MissingDocument, match=made.numbers[1]):
        run_waiting(app)


# --- Cancelled, failed, old -----------------------------------------------------------------------------------


def test_a_cancelled_download_is_cancelled_once_and_a_done_one_stays_done(app, session, desk):
    desk.certify(desk.east, count=1)
    bundle = desk.ask()
    for _ in range(2):
        commands.cancel_bundle(session, desk.officer, desk.north, bundle.id)
    _place, _bundle, job = queries.get_bundle(session, desk.officer, desk.north, bundle.id)
    assert job.state is jobs.JobState.CANCELLED

    done = desk.ask()
    assert done.id != bundle.id
    run_waiting(app)
    with pytest.raises(jobs.JobHasEnded, match="ended already"):
        commands.cancel_bundle(session, desk.officer, desk.north, done.id)
    assert jobs.get_file(session, desk.officer, done.job_id).sha256


def test_the_sweep_removes_what_was_cancelled_failed_or_is_a_week_old(app, session, desk):
    desk.certify(desk.east, count=1)
    old = desk.ask()
    run_waiting(app)
    fresh = desk.ask(now=NOW + DAY)
    run_waiting(app)
    running, failed, cancelled = (desk.ask(now=NOW + at * DAY) for at in (2, 3, 4))
    desk.set_state(running, "PENDING")
    desk.set_state(failed, "ERROR")
    commands.cancel_bundle(session, desk.officer, desk.north, cancelled.id)
    for bundle in (running, failed, cancelled):
        storage().write(f"bundles/{bundle.id}/part-0001.zip", b"part")
    storage().write("bundles/999999/part-0001.zip", b"nobody's")

    now = NOW + 7 * DAY
    assert commands.remove_old_bundles(session, now=now) == 3
    assert commands.remove_old_bundles(session, now=now) == 0

    assert set(storage().list_names("bundles")) == {str(fresh.id), str(running.id)}
    removed = dict(session.execute(select(Bundle.id, Bundle.removed_at)).all())
    assert removed == {
        old.id: now, fresh.id: None, running.id: None, failed.id: now, cancelled.id: now
    }  # fmt: skip
    with pytest.raises(jobs.NoFile, match="no longer kept"):
        jobs.get_file(session, desk.officer, old.job_id)

    # A step that was running when its job was cancelled leaves its part later.
    storage().write(f"bundles/{cancelled.id}/part-0002.zip", b"part")
    assert commands.remove_old_bundles(session, now=now) == 0
    assert str(cancelled.id) not in storage().list_names("bundles")


def test_an_erased_name_ends_every_download_that_may_hold_it(app, session, desk):
    desk.certify(desk.east, count=2)
    done = desk.ask()
    run_waiting(app)
    waiting = desk.ask(now=NOW + DAY)
    number = session.scalars(select(Credential.number).order_by(Credential.id).limit(1)).one()

    erase_holder(session, SYSTEM, number=number, now=NOW + 2 * DAY)
    session.commit()

    with pytest.raises(jobs.NoFile):
        jobs.get_file(session, desk.officer, done.job_id)
    assert jobs.get_job(session, desk.officer, waiting.job_id).state is jobs.JobState.CANCELLED
    commands.remove_old_bundles(session, now=NOW + 2 * DAY)
    assert storage().list_names("bundles") == []
    assert numbers_in(desk.fetch(app, now=NOW + 3 * DAY)) != []
    assert number not in numbers_in(desk.fetch(app, now=NOW + 4 * DAY))


def test_what_was_withdrawn_while_it_was_made_is_left_out(app, session, desk):
    from lms.officers import tasks

    desk.certify(desk.east, count=2)
    bundle = desk.ask()
    plan = tasks.list_certificates(bundle.id, "en")
    session.add(
        Revocation(credential_id=plan["ids"][0], reason="misconduct", note="", revoked_at=NOW)
    )
    session.commit()

    assert {id for id, _, _ in tasks.collect_part(bundle.id, 1, plan["ids"], plan)} == {
        plan["ids"][1]
    }


def test_what_steps_keep_names_nobody(app, session, desk):
    from lms.officers import tasks

    desk.certify(desk.east, count=2)
    bundle = desk.ask()
    plan = tasks.list_certificates(bundle.id, "en")
    kept = [
        plan,
        tasks.collect_part(bundle.id, 1, plan["ids"], plan),
        tasks.join_parts(bundle.id, 1, [], plan),
    ]
    assert "Ouattara" not in json.dumps(kept, ensure_ascii=False)
    assert session.scalars(select(Enrolment)).all()
    assert session.scalars(select(Person)).all()
