"""The QR code, drawn as rectangles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from reportlab.lib.units import mm

from lms.credentials.pdf.motifs import Box
from lms.credentials.pdf.qr_codes import QUIET_ZONE, make_qr_code

# With its quiet zone. The dark part is 42 mm of it or more: under 35 mm a phone's camera starts to
# fail at a signed payload.
SIDE: Final = 54 * mm


def draw_qr_code(content: str, box: Box) -> str:
    """Return the operators that draw `content` as a QR code, dark on white, its quiet zone within the box."""
    matrix = make_qr_code(content, box.width).matrix
    side = box.width / (len(matrix) + 2 * QUIET_ZONE)
    left, top = box.x + QUIET_ZONE * side, box.top - QUIET_ZONE * side
    drawn = [
        "q 1 1 1 rg",
        f"{box.x:.3f} {box.y:.3f} {box.width:.3f} {box.height:.3f} re f",
        "0.051 0.094 0.22 rg",
    ]
    for row, line in enumerate(matrix, start=1):
        y = f"{top - row * side:.3f}"
        drawn += [
            f"{left + start * side:.3f} {y} {length * side:.3f} {side:.3f} re"
            for start, length in _dark_runs(line)
        ]
    drawn.append("f Q")
    return "\n".join(drawn)


def _dark_runs(line: bytes | bytearray) -> Iterator[tuple[int, int]]:
    """Yield where each run of dark modules starts, and its length."""
    start = None
    for column, module in enumerate([*line, 0]):
        if module and start is None:
            start = column
        elif not module and start is not None:
            yield start, column - start
            start = None
