"""How dense the QR codes are on paper, for usual certificates and for the longest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import segno

from lms.credentials.errors import QrCodeTooDense
from lms.credentials.pdf.completion import COMPLETION
from lms.credentials.pdf.qr_codes import QUIET_ZONE, SMALLEST_MODULE, make_qr_code
from tests.credentials.test_payloads import CODE, USUAL, sign

MILLIMETRE = 72 / 25.4
ADDRESS = "https://formation.elections.example.org/verify/ABCD-EFGH-JKMN-PQRS#"
LATIN = "Ñandé Élîsè "  # 12 characters, 17 bytes
TITLE = "Cadres juridiques et réglementaires des "  # 40 characters, 41 bytes
ARABIC = "المفوضية "  # 9 characters, 17 bytes


def make(**changes: Any) -> segno.QRCode:
    return make_qr_code(ADDRESS + sign(replace(USUAL, **changes), CODE), COMPLETION.qr_code.width)


@pytest.mark.parametrize(
    ("changes", "designator"),
    [
        ({"institution": None, "expires_on": None}, "12-M"),
        ({}, "13-M"),
        ({"holder": LATIN * 10}, "17-M"),
        ({"holder": LATIN * 10, "module_title": TITLE * 3, "institution": TITLE * 3}, "20-M"),
        ({"holder": ARABIC * 13, "module_title": ARABIC * 13, "institution": ARABIC * 13}, "25-M"),
        ({"holder": LATIN * 10, "module_title": TITLE * 7, "institution": TITLE * 7}, "22-L"),
    ],
)
def test_a_code_is_42_mm_wide_of_modules_that_a_camera_tells_apart(changes, designator):
    code = make(**changes)
    modules = len(code.matrix)
    module = COMPLETION.qr_code.width / (modules + 2 * QUIET_ZONE)

    assert code.designator == designator
    assert modules * module >= 42 * MILLIMETRE
    assert module >= SMALLEST_MODULE == pytest.approx(0.42 * MILLIMETRE)


def test_a_code_that_no_camera_could_read_is_refused():
    with pytest.raises(QrCodeTooDense, match="too long for a QR code"):
        make(holder="Ñ" * 250, module_title="Ñ" * 250, institution="Ñ" * 250)
    with pytest.raises(QrCodeTooDense):
        make(holder="Ñ" * 3000)


def test_an_address_alone_makes_a_code_too():
    assert make_qr_code(ADDRESS.removesuffix("#"), COMPLETION.qr_code.width).designator == "5-M"
