"""QR codes dense enough for a signed payload and coarse enough for a cheap phone's camera."""

from __future__ import annotations

from typing import Final

import segno
from reportlab.lib.units import mm
from segno import consts

from lms.credentials.errors import QrCodeTooDense

QUIET_ZONE: Final = 4  # modules on each side
SMALLEST_MODULE: Final = 0.42 * mm
_MASK = 4  # fixed: trying all eight costs more than setting the page


def make_qr_code(content: str, side: float) -> segno.QRCode:
    """Return the QR code of `content` for a square of `side` points, its quiet zone within.

    The error level is M (15 % may be lost), and L (7 %) where M would need modules that a camera
    does not tell apart. Refuses what needs such modules at L, too (`QrCodeTooDense`).
    """
    # A signed fragment is of capitals and digits, which take 5.5 bits each instead of 8.
    address, hash_sign, fragment = content.partition("#")
    segments = [(address + hash_sign, consts.MODE_BYTE)]
    if fragment:
        segments.append((fragment, consts.MODE_ALPHANUMERIC))
    for level in ("m", "l"):
        try:
            code = segno.make_qr(
                segments,  # type: ignore[arg-type]  # it takes segments; its types forget them
                error=level,
                mask=_MASK,
                boost_error=False,
            )
        except segno.DataOverflowError:
            continue
        if side / (len(code.matrix) + 2 * QUIET_ZONE) >= SMALLEST_MODULE:
            return code
    raise QrCodeTooDense
