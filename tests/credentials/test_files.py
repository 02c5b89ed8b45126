"""What a stranger's file tells of itself, and the form that takes it."""

from __future__ import annotations

import logging
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.credentials.domain import find_marks, group_code, holds_certificate, is_pdf, write_number
from lms.credentials.domain.codes import ALPHABET
from lms.credentials.domain.files import MOST_MARKS
from tests.factories import form_token
from tests.visitor import Page

ROOT = Path(__file__).resolve().parents[2]
NUMBERS = st.builds(write_number, st.integers(1000, 9999), st.integers(0, 99_999_999))
CODES = st.text(ALPHABET, min_size=16, max_size=16)
NOISE = st.binary(max_size=40).map(lambda noise: b" " + noise + b" ")


def plain(text: str) -> bytes:
    return text.encode()


def escaped(text: str) -> bytes:
    return text.replace("-", r"\055").replace("/", r"\057").encode()


def wide(text: str) -> bytes:
    return b"\xfe\xff" + text.encode("utf-16-be")


def in_digits(text: str) -> bytes:
    return f"<{text.encode().hex()}>".encode()


def wide_in_digits(text: str) -> bytes:
    return f"<{text.encode('utf-16-be').hex().upper()}>".encode()


def packed(text: str) -> bytes:
    return b"<< /Filter /FlateDecode >> stream\n" + zlib.compress(text.encode()) + b"\nendstream"


WRITINGS = st.sampled_from([plain, escaped, wide, packed, in_digits, wide_in_digits])


@given(NUMBERS, CODES, NOISE, NOISE, WRITINGS)
def test_numbers_and_codes_are_found_however_a_file_writes_them(number, code, before, after, write):
    text = write(f" {number} https://example.org/verify/{group_code(code)} ")

    marks = find_marks(before + text + after)

    assert (number in marks.numbers, code in marks.codes) == (True, True)


@given(st.binary(max_size=300))
def test_any_bytes_can_be_looked_at(content):
    marks = find_marks(content + b"stream\n" + content + b"endstream")

    assert all(number.startswith("SC-") for number in marks.numbers)


def test_a_small_file_that_unpacks_to_a_huge_one_is_not_unpacked_whole():
    hidden = b"\n" * 50_000_000 + b"SC-2026-00000042"
    bomb = b"stream\n" + zlib.compress(hidden) + b"endstream"

    assert find_marks(bomb * 3 + b"SC-2026-00000001").numbers == {"SC-2026-00000001"}


def test_a_file_that_is_made_to_be_slow_is_passed_once():
    for slow in (
        b"stream\n" * 150_000,
        b"stream\nendstream" * 65_000,
        b"endstream" * 100_000,
        b"<" + b"5343" * 250_000,
        b"<" * 1_000_000,
    ):
        assert not find_marks(slow).numbers


def test_what_is_packed_behind_many_empty_parts_is_not_looked_for():
    part = b"stream\n" + zlib.compress(b"SC-2026-00000042") + b"\nendstream "

    assert find_marks(b"stream\nendstream " * 1999 + part).numbers
    assert not find_marks(b"stream\nendstream " * 2000 + part).numbers


def test_no_more_marks_are_asked_for_than_anybody_prints():
    content = b" ".join(f"SC-2026-{count:08d}".encode() for count in range(3 * MOST_MARKS))

    assert len(find_marks(content).numbers) == MOST_MARKS


@given(st.binary(min_size=8, max_size=40), NOISE)
def test_a_certificate_is_found_in_capital_and_small_digits(certificate, noise):
    for digits in (certificate.hex(), certificate.hex().upper()):
        assert holds_certificate(noise + digits.encode() + noise, certificate)
    assert not holds_certificate(b"", certificate)


def test_a_pdf_may_begin_after_a_few_other_bytes():
    assert is_pdf(b"%PDF-1.7")
    assert is_pdf(b"\xef\xbb\xbf\n%PDF-1.4")
    assert not is_pdf(b"PDF-1.7")
    assert not is_pdf(b" " * 2000 + b"%PDF-1.7")


# --- The form -------------------------------------------------------------------------------------


BOUNDARY = "between-the-parts"


def send(
    client, content: bytes | None, name: str = "certificate.pdf", language: str = "en"
) -> Page:
    """Send the form as a browser does; the test client's own way leaves a temporary file open."""
    parts = [f'name="csrf_token"\r\n\r\n{form_token(client)}'.encode()]
    if content is not None:
        parts.append(f'name="file"; filename="{name}"\r\n\r\n'.encode() + content)
    lines = [
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; ".encode() + part + b"\r\n"
        for part in parts
    ]
    path = f"/verify/file?lang={language}"
    answer = client.post(
        path,
        data=b"".join([*lines, f"--{BOUNDARY}--\r\n".encode()]),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )
    return Page(answer, path)


@pytest.mark.parametrize(
    ("content", "name", "status", "sentence"),
    [
        (None, "", 422, "Choose a file first."),
        (b"", "", 422, "Choose a file first."),
        (b"", "certificate.pdf", 422, "The file is empty."),
        (b"\x89PNG", "photo.pdf", 422, "The file is not a PDF."),
        (b"%PDF-" + b"x" * (1 << 20), "large.pdf", 413, "The file is larger than 1 MB."),
    ],
)
def test_a_file_that_cannot_be_checked_is_told_at_the_form(client, content, name, status, sentence):
    page = send(client, content, name)

    assert (page.status, page.title) == (status, "Check a certificate")
    field = page.root.find(".//input[@name='file']")
    error = page.root.find(".//p[@id='file-error']")
    assert field.get("aria-invalid") == "true"
    assert "file-error" in field.get("aria-describedby").split()
    assert error.text.startswith(sentence)


def test_a_file_that_has_nothing_to_do_with_us_is_unknown(client):
    page = send(client, b"%PDF-1.4 something else", "<script>alert(1)</script>.pdf")

    assert (page.status, page.title) == (200, "We did not issue this file")
    assert page.find_form("Check")
    assert page.find_form("Check the file")
    assert "alert(1)" not in page.html


def test_of_a_file_nothing_is_kept_or_logged(client, session, app, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    folder = Path(app.extensions["storage"].root)
    before = sorted(folder.rglob("*"))

    send(client, b"%PDF-1.4 Awa Traore", "awa-traore.pdf")

    assert sorted(folder.rglob("*")) == before
    # The statements of the database are there, without what they were given.
    assert "awa" not in caplog.text.lower()


def test_without_its_form_token_a_file_is_not_looked_at(client):
    answer = client.post(
        "/verify/file",
        data={"file": (BytesIO(b"%PDF-1.4"), "a.pdf")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 400


def test_whoever_comes_back_to_the_address_of_the_form_is_led_to_it(client):
    answer = client.get("/verify/file")

    assert (answer.status_code, answer.location) == (302, "/verify")


def test_a_web_worker_loads_neither_pyhanko_nor_reportlab_nor_the_library_of_certificates():
    code = (
        "import sys, wsgi; client = wsgi.app.test_client(); client.get('/verify');"
        " print(*sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={"DEMO": "1", "SECRET_KEY": "a key that everybody knows, for tests", "PATH": ""},
    )

    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "lms" in loaded
    assert not {"pyhanko", "pyhanko_certvalidator", "asn1crypto", "reportlab", "pypdf"} & loaded
    assert "lms.credentials.certificates" not in done.stdout.split()
