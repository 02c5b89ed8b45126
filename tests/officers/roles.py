"""What each role gets at the addresses of officers; tests/test_roles.py asks for every one."""

from collections.abc import Mapping

from tests.role_rows import Expected, keeps_desk

FIGURES = "/institution/<int:institution_id>/figures"
CERTIFICATES = "/institution/<int:institution_id>/certificates"
BUNDLES = "/institution/<int:institution_id>/bundles"
BUNDLE = f"{BUNDLES}/<int:bundle_id>"

ROWS: Mapping[tuple[str, str], Expected] = {
    ("GET", FIGURES): keeps_desk(),
    ("GET", f"{FIGURES}.csv"): keeps_desk(),
    ("GET", f"{FIGURES}/people"): keeps_desk(query="?measure=enrolled&by=sex&row="),
    ("GET", CERTIFICATES): keeps_desk(),
    ("GET", f"{CERTIFICATES}.csv"): keeps_desk(),
    ("GET", f"{CERTIFICATES}.xlsx"): keeps_desk(),
    ("POST", BUNDLES): keeps_desk(302, send={"language": "fr"}),
    ("GET", BUNDLE): keeps_desk(),
    ("GET", f"{BUNDLE}/file"): keeps_desk(),
    # It is done already.
    ("POST", f"{BUNDLE}/cancellation"): keeps_desk(409, send={}),
    ("POST", "/api/v1/institutions/<int:institution_id>/bundles"): keeps_desk(202, send={}),
}
