"""What each role gets at the addresses of credentials; tests/test_roles.py asks for every one."""

from collections.abc import Mapping

from tests.role_rows import Expected, everybody

ROWS: Mapping[tuple[str, str], Expected] = {
    ("GET", "/verify/file"): everybody(302),
    # No file is sent with it.
    ("POST", "/verify/file"): everybody(422),
}
