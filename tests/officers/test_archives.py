"""Archives are joined piece by piece: what they hold is right, and their size costs no memory."""

from __future__ import annotations

import os
import tracemalloc
import zipfile
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import NameObject, StreamObject

from lms.officers import print_copies
from lms.officers.archives import JoinedArchive, write_part
from tests.conftest import NOW

MEBIBYTE = 1024 * 1024


@contextmanager
def most_memory(limit):
    """Fail if the block ever holds more than `limit` bytes of what Python allocates."""
    tracemalloc.start()
    try:
        yield
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < limit, f"it held {peak / MEBIBYTE:.1f} MiB"


def write_parts(folder, parts, files, size):
    for part in range(parts):
        with (folder / f"{part}.zip").open("wb") as file:
            write_part(
                file,
                ((f"é/{part}-{at}.pdf", NOW, os.urandom(size)) for at in range(files)),
            )


def join(folder, parts):
    with (folder / "whole.zip").open("w+b") as out, JoinedArchive(out, NOW) as archive:
        archive.add_content("README.txt", b"read me")
        for part in range(parts):
            with (folder / f"{part}.zip").open("rb") as file:
                archive.add_part(file)


def test_a_joined_archive_holds_every_entry_of_every_part_as_it_was(tmp_path):
    write_parts(tmp_path, 3, 4, 1_000)
    join(tmp_path, 3)

    with zipfile.ZipFile(tmp_path / "whole.zip") as whole:
        assert whole.testzip() is None
        assert whole.namelist()[0] == "README.txt"
        assert len(whole.namelist()) == 13
        for part in range(3):
            with zipfile.ZipFile(tmp_path / f"{part}.zip") as source:
                for entry in source.infolist():
                    assert whole.read(entry.filename) == source.read(entry)
                    assert whole.getinfo(entry.filename).date_time == entry.date_time
                    assert whole.getinfo(entry.filename).flag_bits & 0x800


def test_joining_many_parts_takes_the_memory_of_few(tmp_path):
    write_parts(tmp_path, 40, 20, 60_000)

    with most_memory(3 * MEBIBYTE):
        join(tmp_path, 40)

    assert (tmp_path / "whole.zip").stat().st_size > 45 * MEBIBYTE


def test_a_moment_that_zip_does_not_know_is_the_nearest_that_it_does(tmp_path):
    out = BytesIO()
    years = (1970, 2200)
    write_part(out, ((str(year), datetime(year, 5, 6, tzinfo=UTC), b"") for year in years))
    with zipfile.ZipFile(out) as archive:
        assert [entry.date_time[:3] for entry in archive.infolist()] == [
            (1980, 5, 6),
            (2107, 5, 6),
        ]


def write_heavy_pdf():
    """Return a page of 300 KB."""
    writer = PdfWriter()
    page = writer.add_blank_page(842, 595)
    content = StreamObject()
    content.set_data(b"% " + os.urandom(150_000).hex().encode())
    page[NameObject("/Contents")] = writer._add_object(content)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_merging_two_hundred_certificates_takes_the_memory_of_few(tmp_path):
    content = write_heavy_pdf()
    # What is loaded once is no growth.
    print_copies.merge(BytesIO(), "Before", [(content, "Note")])

    # pypdf's objects refer to each other, so some wait for the collector.
    with most_memory(25 * MEBIBYTE), (tmp_path / "print.pdf").open("w+b") as out:
        count = print_copies.merge(out, "Copies", ((content, "Note") for _ in range(200)))

    assert count == 200
    assert (tmp_path / "print.pdf").stat().st_size > 50 * MEBIBYTE
