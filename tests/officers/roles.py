"""What each role gets at the addresses of officers; tests/test_roles.py asks for every one."""

from collections.abc import Mapping

from tests.role_rows import Expected, keeps_desk

FIGURES = "/institution/<int:institution_id>/figures"

ROWS: Mapping[tuple[str, str], Expected] = {
    ("GET", FIGURES): keeps_desk(),
    ("GET", f"{FIGURES}.csv"): keeps_desk(),
    ("GET", f"{FIGURES}/people"): keeps_desk(query="?measure=enrolled&by=sex&row="),
}
