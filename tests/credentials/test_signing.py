"""Signed documents: poppler and pyHanko accept them, and not one byte of them can change unnoticed."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import delete, select, update

from lms.core import clock
from lms.core.storage import storage
from lms.credentials import commands, queries
from lms.credentials.certificates import make_certificate
from lms.credentials.domain import FileState, KeyUse, RevocationReason
from lms.credentials.errors import NoSigningKey, SigningKeyExpired
from lms.credentials.keys import draw_documents_key
from lms.credentials.models import Credential, Document, Holder, Key, Revocation
from lms.credentials.signing import FIELD, holds_signature, sign_document
from lms.credentials.tasks import make_document
from lms.learning.commands import complete_activity
from lms.officers import print_copies
from tests.conftest import NOW, make_config
from tests.factories import form_token
from tests.jobs.waiting import run_waiting
from tests.made_courses import Listed, MadeModule
from tests.visitor import Page

TODAY = NOW.date()
CHANGES = 1000
SAMPLE = 25
VALID = "Signature Validation: Signature is Valid."


@pytest.fixture(scope="module")
def pdfsig() -> str:
    path = shutil.which("pdfsig")
    if path is None:
        pytest.skip("no pdfsig on the PATH; `make test` says how to get it")
    return path


@pytest.fixture(autouse=True)
def own_keys(app, tmp_path) -> Iterator[None]:
    """Keys of the test's own, as the database has none."""
    kept = app.extensions["config"]
    app.extensions["config"] = make_config(kept.database_url, tmp_path)
    yield
    app.extensions["config"] = kept


@pytest.fixture
def credential(session, make) -> Credential:
    """A credential whose documents are not made yet."""
    make.modules(MadeModule(activities=(Listed("reading"),)))
    awa = make.person("Aïssata", "Koné", language="en")
    complete_activity(session, awa, make.enrolment(awa, "lists"), "reading", now=NOW)
    session.commit()
    return session.scalars(select(Credential)).one()


@pytest.fixture
def signed(app, session, credential) -> bytes:
    """The stored bytes of its French document, made by the worker's own task."""
    run_waiting(app)
    return stored(session)


def stored(session, language: str = "fr") -> bytes:
    key = session.scalars(select(Document.storage_key).where(Document.language == language)).one()
    return storage().read(key)


def check(session, content: bytes, *, day=TODAY) -> FileState:
    return queries.check_file(session, content, day=day).state


def changed(content: bytes, place: int, by: int = 1) -> bytes:
    return content[:place] + bytes([content[place] ^ by]) + content[place + 1 :]


def list_changes(content: bytes, count: int = CHANGES) -> list[tuple[int, bytes]]:
    """Return files of which one byte is another, each with its place; the same in every run."""
    chance = Random(20260302)
    places = [(chance.randrange(len(content)), chance.randrange(1, 256)) for _ in range(count)]
    return [(place, changed(content, place, by)) for place, by in places]


def signed_ranges(content: bytes) -> list[range]:
    """Return the bytes that the signature covers, as the file says."""
    (found,) = re.findall(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]", content)
    first, length, second, rest = map(int, found)
    return [range(first, first + length), range(second, second + rest)]


# --- What a signed document is --------------------------------------------------------------------


def test_poppler_and_pyhanko_accept_it_and_know_who_signed(session, signed, pdfsig, tmp_path):
    (key,) = queries.list_keys(session, KeyUse.DOCUMENTS)

    told = ask_poppler(pdfsig, signed, tmp_path / "signed.pdf")

    for line in (
        VALID,
        "Signature Type: ETSI.CAdES.detached",
        "Signing Hash Algorithm: SHA-256",
        "Total document signed",
        "CN=Scrutin,OU=SPECIMEN,O=Scrutin",
        # A self-made key has nobody above it.
        "Certificate Validation: Certificate issuer is unknown.",
    ):
        assert line in told
    assert holds_signature(signed, key.public)
    documents = session.execute(select(Document.key_id, Document.sha256, Document.language)).all()
    assert {document.key_id for document in documents} == {key.id}
    assert {document.sha256 for document in documents} == {
        hashlib.sha256(stored(session, document.language)).hexdigest() for document in documents
    }


def test_the_page_its_structure_and_its_facts_survive_the_signature(signed):
    # Untyped, since anything may lie in a PDF's dictionaries.
    reader: Any = PdfReader(BytesIO(signed))
    root = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert root["/StructTreeRoot"]["/K"]["/K"]
    assert len(reader.pages) == 1
    assert reader.metadata.title.startswith("Certificat")
    # Invisible, with neither reason nor place, and nothing may be added later.
    (field,) = root["/AcroForm"]["/Fields"]
    widget, signature = field.get_object(), field.get_object()["/V"].get_object()
    assert widget["/T"] == FIELD
    assert [float(side) for side in widget["/Rect"]] == [0, 0, 0, 0]
    assert not {"/Reason", "/Location", "/ContactInfo"} & {*signature}
    assert signature["/Reference"][0]["/TransformParams"]["/P"] == 1


def test_nothing_lies_outside_of_what_is_signed_but_the_signature_itself(signed):
    first, second = signed_ranges(signed)

    assert (first.start, second.stop) == (0, len(signed))
    assert re.fullmatch(rb"<[0-9A-F]+>", signed[first.stop : second.start])


def test_a_key_with_a_long_chain_has_room(signed):
    private = draw_documents_key()
    chain = "".join(
        make_certificate(
            key, "A" * 64, specimen=False, not_before=NOW, not_after=NOW + timedelta(days=1)
        ).certificates
        for key in [private, *(draw_documents_key() for _ in range(4))]
    )
    page = signed[: signed.index(b"%%EOF") + 6]

    assert holds_signature(sign_document(page, private, chain), chain)


# --- One byte -------------------------------------------------------------------------------------


def test_of_a_thousand_changed_bytes_none_passes(session, signed):
    (key,) = queries.list_keys(session, KeyUse.DOCUMENTS)
    assert check(session, signed) is FileState.VALID

    changes = list_changes(signed)

    assert {check(session, content) for _, content in changes} == {FileState.ALTERED}
    # In the gap that holds the signature itself, a changed byte may leave that valid: hence the SHA-256.
    ranges = signed_ranges(signed)
    inside = [content for place, content in changes if any(place in each for each in ranges)]
    assert len(inside) > CHANGES * 0.9
    assert not any(holds_signature(content, key.public) for content in inside[:SAMPLE])


def test_the_command_and_the_page_let_none_pass(app, session, signed, tmp_path):
    page = app.test_client()
    assert run_verify(app, tmp_path, signed)[0] == 0
    assert "byte for byte" in drop(page, signed).text

    for _, content in list_changes(signed, SAMPLE):
        code, told = run_verify(app, tmp_path, content)
        assert (code, told.partition(":")[0]) == (1, "altered")
        answer = drop(page, content)
        assert answer.title == "Do not rely on this file"
        # The number alone opens nobody's data.
        assert "Koné" not in answer.html
        assert "SC-2026" not in answer.html


def test_poppler_refuses_every_change_within_the_signed_ranges(signed, pdfsig, tmp_path):
    ranges = signed_ranges(signed)
    inside = [
        (number, content)
        for number, (place, content) in enumerate(list_changes(signed))
        if any(place in each for each in ranges)
    ]

    def ask(change: tuple[int, bytes]) -> str:
        number, content = change
        return ask_poppler(pdfsig, content, tmp_path / f"{number}.pdf")

    with ThreadPoolExecutor(4) as pool:
        told = [*pool.map(ask, inside)]

    assert len(told) > CHANGES * 0.9
    assert not [text for text in told if VALID in text]


def ask_poppler(pdfsig: str, content: bytes, path: Path) -> str:
    """Return what pdfsig prints; its exit code says nothing."""
    path.write_bytes(content)
    done = subprocess.run(
        [pdfsig, path],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"LC_ALL": "C.UTF-8", "HOME": str(path.parent)},
    )
    path.unlink()
    return done.stdout


def run_verify(app, tmp_path: Path, content: bytes) -> tuple[int, str]:
    """Run `flask credentials verify`, and return its exit code and what it printed."""
    path = tmp_path / "given.pdf"
    path.write_bytes(content)
    done = app.test_cli_runner().invoke(
        args=["credentials", "verify", str(path)], env={"LC_ALL": "C.UTF-8"}
    )
    return done.exit_code, done.output


def drop(client, content: bytes | None, name: str = "certificate.pdf", language="en") -> Page:
    """Send a file as the page's form does."""
    sent: dict[str, Any] = {"csrf_token": form_token(client)}
    if content is not None:
        sent["file"] = (BytesIO(content), name)
    path = f"/verify/file?lang={language}"
    return Page(client.post(path, data=sent, content_type="multipart/form-data"), path)


# --- Keys that change -----------------------------------------------------------------------------


def test_after_a_rotation_the_old_document_is_valid_and_the_new_key_signs(
    app, session, credential, signed, tmp_path
):
    (old,) = queries.list_keys(session, KeyUse.DOCUMENTS)
    new = commands.make_key(session, KeyUse.DOCUMENTS, now=clock.now())
    commands.retire_key(session, old.id, now=clock.now())
    session.execute(delete(Document).where(Document.language == "en"))
    session.commit()

    make_document(credential.id, "en")

    session.expire_all()
    assert session.get_one(Document, (credential.id, "en")).key_id == new
    assert check(session, signed) is FileState.VALID
    assert run_verify(app, tmp_path, signed)[0] == 0
    assert run_verify(app, tmp_path, stored(session, "en"))[0] == 0


def test_what_a_key_signed_stays_valid_past_its_time(app, session, signed, tmp_path):
    session.execute(update(Key).values(not_after=NOW - timedelta(days=1)))
    session.commit()

    assert run_verify(app, tmp_path, signed)[0] == 0


@pytest.mark.parametrize(
    ("change", "refusal", "sentence"),
    [
        (None, NoSigningKey, "There is no key that signs."),
        ({"not_after": NOW}, SigningKeyExpired, "signs no more since 2026-03-02"),
        ({"retired_at": NOW}, NoSigningKey, "flask credentials keys make documents"),
    ],
)
def test_without_a_key_that_signs_nothing_is_issued_unsigned(
    app, session, credential, tmp_path, change, refusal, sentence
):
    app.extensions["config"] = make_config("", tmp_path, demo=False)
    if change is not None:
        for use in KeyUse:
            commands.make_key(session, use, now=NOW)
        session.execute(update(Key).where(Key.use == KeyUse.DOCUMENTS).values(change))
        session.commit()

    with pytest.raises(refusal, match=sentence):
        make_document(credential.id, "fr")

    assert session.scalars(select(Document)).all() == []


# --- Files that are none of ours ------------------------------------------------------------------


def write_pdf(text: str = "", *, subject: str = "", link: str | None = None) -> bytes:
    """Return a PDF as anybody may make one."""
    file = BytesIO()
    canvas = Canvas(file, pageCompression=0)
    canvas.setSubject(subject)
    canvas.drawString(100, 100, text)
    if link:
        canvas.linkURL(link, (0, 0, 10, 10))
    canvas.save()
    return file.getvalue()


def test_a_forged_file_that_names_one_of_ours_is_altered(session, signed, credential):
    code = credential.code
    printed = "-".join(code[start : start + 4] for start in range(0, 16, 4))

    for forged in (
        write_pdf(f"Certificate {credential.number}"),
        write_pdf(subject=credential.number),
        write_pdf(link=f"https://elsewhere.example.org/verify/{printed}"),
        # Text in two bytes a letter, as titles with accents are.
        write_pdf() + credential.number.encode("utf-16-be"),
    ):
        assert check(session, forged) is FileState.ALTERED


def test_a_file_that_was_opened_and_saved_anew_is_altered(session, signed):
    writer = PdfWriter(clone_from=BytesIO(signed))
    for page in writer.pages:
        page.compress_content_streams()
    saved = BytesIO()
    writer.write(saved)
    without_names = re.sub(rb"SC(-|\\055)2026|/verify/", b"XXXXXXX", saved.getvalue())

    assert check(session, saved.getvalue()) is FileState.ALTERED
    # Our certificate is still in it.
    assert check(session, without_names) is FileState.ALTERED
    assert check(session, signed + b"\n") is FileState.ALTERED


def test_what_another_signed_is_unknown(session, signed):
    private = draw_documents_key()
    theirs = make_certificate(
        private, "Scrutin", specimen=True, not_before=NOW, not_after=NOW + timedelta(days=1)
    )

    foreign = sign_document(write_pdf("A certificate"), private, theirs.certificates)

    assert check(session, foreign) is FileState.UNKNOWN
    assert check(session, write_pdf("SC-2026-99999999")) is FileState.UNKNOWN
    assert check(session, b"SC-2026-99999999, in words") is FileState.NOT_PDF
    assert check(session, b"") is FileState.EMPTY


def merge_as_anybody(contents: list[bytes]) -> bytes:
    merged, file = PdfWriter(), BytesIO()
    for content in contents:
        merged.append(BytesIO(content))
    merged.write(file)
    return file.getvalue()


def merge_as_officers(contents: list[bytes]) -> bytes:
    """Merge them as a download for printing has them: without links, with a note on each page."""
    documents = []
    for content in contents:
        (address,) = {*re.findall(rb"http://localhost/verify/[0-9A-Z-]{19}", content)}
        documents.append((content, f"Unsigned copy for printing, check at {address.decode()}"))
    file = BytesIO()
    print_copies.merge(file, "Copies", documents)
    return file.getvalue()


@pytest.mark.parametrize("merge", [merge_as_anybody, merge_as_officers])
def test_several_of_ours_in_one_file_are_a_copy(session, make, app, signed, merge):
    other = make.person("Bintou")
    complete_activity(session, other, make.enrolment(other, "lists"), "reading", now=NOW)
    session.commit()
    run_waiting(app)
    keys = session.scalars(select(Document.storage_key).where(Document.language == "fr")).all()

    copies = merge([storage().read(key) for key in keys])

    assert len(keys) == 2
    assert check(session, copies) is FileState.COPY
    answer = drop(app.test_client(), copies)
    assert answer.title == "A copy, not a signed original"
    assert "Koné" not in answer.html


def test_a_record_that_was_forged_does_not_make_a_file_valid(app, session, signed, tmp_path):
    forged = write_pdf("anything")
    session.execute(
        update(Document)
        .where(Document.language == "fr")
        .values(sha256=hashlib.sha256(forged).hexdigest())
    )
    session.commit()

    code, told = run_verify(app, tmp_path, forged)

    assert (code, told.partition(":")[0]) == (1, "altered")


# --- What a document of ours is worth -------------------------------------------------------------


def withdraw(session, credential):
    session.add(
        Revocation(
            credential_id=credential.id, reason=RevocationReason.MISCONDUCT, note="", revoked_at=NOW
        )
    )


def replace(session, credential):
    columns = {
        column.key: getattr(credential, column.key)
        for column in Credential.__table__.columns
        if column.key != "id"
    }
    columns |= {"sequence": 2, "supersedes_id": credential.id, "number": "SC-2", "code": "0" * 16}
    session.add(Credential(**columns))


def let_expire(session, credential):
    credential.expires_on = TODAY - timedelta(days=1)


def erase(session, credential):
    session.execute(delete(Holder))


def leave(session, credential):
    session.execute(update(Credential).values(is_specimen=False))


@pytest.mark.parametrize(
    ("change", "word", "title"),
    [
        (leave, "valid", "Valid"),
        (withdraw, "revoked", "Withdrawn"),
        (replace, "superseded", "Replaced by a newer certificate"),
        (let_expire, "expired", "Expired"),
        (erase, "erased", "Name erased"),
    ],
)
def test_a_document_of_ours_is_worth_what_its_certificate_is(
    app, session, credential, signed, tmp_path, change, word, title
):
    change(session, credential)
    session.commit()

    code, told = run_verify(app, tmp_path, signed)
    answer = drop(app.test_client(), signed)

    assert (code, told.partition(":")[0]) == (0 if word == "valid" else 1, word)
    assert told.startswith(f"{word}: {credential.number}. The file ")
    assert ("SPECIMEN" in told) is (change is not leave)
    assert answer.title == title
    assert "The file is, byte for byte, the one that we issued." in answer.text
    assert credential.number in answer.text
    assert ("Aïssata Koné" in answer.text) is (word != "erased")


def test_a_document_from_before_there_were_signatures_says_so(app, session, signed, tmp_path):
    session.execute(update(Document).values(key_id=None))
    session.commit()

    code, told = run_verify(app, tmp_path, signed)

    assert code == 0
    assert "issued before certificates were signed" in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "unknown: The file is empty.\n"),
        (b"words", "unknown: The file is not a PDF, so this service did not issue it.\n"),
        (b"%PDF-1.4", "unknown: This service did not issue the file.\n"),
    ],
)
def test_the_command_says_what_is_wrong_with_a_file(app, session, tmp_path, content, told):
    assert run_verify(app, tmp_path, content) == (1, told)
