"""What each role gets at the addresses of officers; tests/test_roles.py asks for every one."""

from collections.abc import Mapping

from tests.role_rows import Expected

ROWS: Mapping[tuple[str, str], Expected] = {}
