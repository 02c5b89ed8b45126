"""What a file that somebody holds tells of where it comes from, read without any library for PDF."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from lms.credentials.domain.codes import ALPHABET, CODE_LENGTH, GROUP, read_code


class FileState(StrEnum):
    """What a check of a file answers; the first five are the states of the certificate that it is."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ERASED = "erased"
    # It bears our signature, or names a certificate of ours, but is not what we issued.
    ALTERED = "altered"
    # It names several: the certificates were put together for printing.
    COPY = "copy"
    UNKNOWN = "unknown"
    NOT_PDF = "not-pdf"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Marks:
    """Numbers and codes that stand in a file, whoever wrote them there."""

    numbers: frozenset[str]
    codes: frozenset[str]


# More are not looked at: nobody prints so many together.
MOST_MARKS = 500
# However small the file is, no more is unpacked of it.
_MOST_UNPACKED = 8 * 1024 * 1024
_MOST_STREAMS = 2000
# The header stands here, if it is a PDF at all.
_HEAD = 1024

_NUMBER = re.compile(rb"SC-\d{4}-\d{8}")
_LETTERS = rb"[%b]{%d}" % (ALPHABET.encode(), GROUP)
# As it stands in the address where the certificate is checked. What begins with letters of its own is found fast.
_CODE = re.compile(rb"verify/(%b)" % b"-".join([_LETTERS] * (CODE_LENGTH // GROUP)))
# A string that is written in hexadecimal digits, long enough for a number.
_DIGITS = re.compile(rb"<((?:[0-9A-Fa-f]{2}){16,})>")
_BEGINNING, _END = b"stream", b"endstream"


def is_pdf(content: bytes) -> bool:
    """Say whether it begins as a PDF does."""
    return b"%PDF-" in content[:_HEAD]


def find_marks(content: bytes) -> Marks:
    """Return what reads like a number or a code of ours, in the file and in its packed parts."""
    numbers: set[str] = set()
    codes: set[str] = set()
    for part in _parts(content):
        for match in _NUMBER.finditer(part):
            numbers.add(match[0].decode())
        for match in _CODE.finditer(part):
            if code := read_code(match[1].decode()):
                codes.add(code)
        if len(numbers) + len(codes) > MOST_MARKS:
            break
    return Marks(*(frozenset(sorted(found)[:MOST_MARKS]) for found in (numbers, codes)))


def holds_certificate(content: bytes, certificate: bytes) -> bool:
    """Say whether a signature in the file names that certificate (DER); PDF writes it in hexadecimal digits."""
    digits = certificate.hex().encode()
    return digits in content or digits.upper() in content


def _parts(content: bytes) -> Iterator[bytes]:
    """Give the file and what its packed streams hold, as text."""
    yield _as_text(content)
    left = _MOST_UNPACKED
    for stream in islice(_list_streams(content), _MOST_STREAMS):
        try:
            part = zlib.decompressobj().decompress(stream.lstrip(b"\r\n"), left)
        except zlib.error:
            continue
        yield _as_text(part)
        left -= len(part)
        if left <= 0:
            return


def _list_streams(content: bytes) -> Iterator[bytes]:
    """Give what stands between each beginning and its end; every byte is passed once, whatever the file is."""
    start = content.find(_BEGINNING)
    while start >= 0:
        start += len(_BEGINNING)
        end = content.find(_END, start)
        if end < 0:
            return
        yield content[start:end]
        start = content.find(_BEGINNING, end + len(_END))


def _as_text(part: bytes) -> bytes:
    """Write out what strings may hide: hexadecimal digits, escaped signs, letters of two bytes, one of them empty."""
    written_out = [bytes.fromhex(digits.decode()) for digits in _DIGITS.findall(part)]
    part = b"\n".join([part, *written_out])
    return part.replace(b"\0", b"").replace(rb"\055", b"-").replace(rb"\057", b"/")
