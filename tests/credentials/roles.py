"""What each role gets at the addresses of credentials; tests/test_roles.py asks for every one."""

from collections.abc import Mapping

from tests.role_rows import Expected, everybody

ROWS: Mapping[tuple[str, str], Expected] = {
    ("GET", "/verify/offline"): everybody(200),
    ("GET", "/verify/offline.html"): everybody(200),
}
