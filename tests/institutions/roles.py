"""What each role gets at the addresses of institutions; tests/test_roles.py asks for every one."""

from collections.abc import Mapping

from tests.role_rows import Expected, administers

INSTITUTION = "/admin/institutions/<int:institution_id>"
ZONE = "/admin/zones/<int:zone_id>"
TYPE = "/admin/member-types/<int:member_type_id>"
NAMES = {"name_fr": "Antenne", "name_en": "Branch", "kind": "branch"}

ROWS: Mapping[tuple[str, str], Expected] = {
    ("GET", "/admin/institutions"): administers(),
    ("POST", "/admin/institutions"): administers(302, send=NAMES),
    ("GET", "/admin/institutions/new"): administers(),
    ("GET", INSTITUTION): administers(),
    ("POST", INSTITUTION): administers(302, send=NAMES),
    ("POST", f"{INSTITUTION}/seats"): administers(302, send={}),
    ("POST", f"{INSTITUTION}/place"): administers(302, send={"parent": ""}),
    ("POST", f"{INSTITUTION}/closing"): administers(302, send={"closed_on": "2026-01-01"}),
    ("POST", f"{INSTITUTION}/reopening"): administers(302),
    # People belong to both.
    ("POST", f"{INSTITUTION}/deletion"): administers(409),
    ("GET", "/admin/institutions.csv"): administers(),
    ("GET", "/admin/institutions/example.csv"): administers(),
    ("GET", "/admin/institutions/import"): administers(),
    # No file, and nothing that was previewed.
    ("POST", "/admin/institutions/import"): administers(422),
    ("POST", "/admin/institutions/import/apply"): administers(422),
    ("GET", "/admin/zones"): administers(),
    ("POST", "/admin/zones"): administers(302, send={**NAMES, "kind": "country"}),
    ("GET", "/admin/zones/new"): administers(),
    ("GET", ZONE): administers(),
    ("POST", ZONE): administers(302, send={**NAMES, "kind": "country"}),
    ("POST", f"{ZONE}/place"): administers(302, send={"parent": ""}),
    ("POST", f"{ZONE}/deletion"): administers(302),
    ("GET", "/admin/zones.csv"): administers(),
    ("GET", "/admin/zones/example.csv"): administers(),
    ("GET", "/admin/zones/import"): administers(),
    ("POST", "/admin/zones/import"): administers(422),
    ("POST", "/admin/zones/import/apply"): administers(422),
    ("GET", "/admin/member-types"): administers(),
    ("POST", "/admin/member-types"): administers(302, send=NAMES),
    ("GET", TYPE): administers(),
    ("POST", TYPE): administers(302, send=NAMES),
    ("POST", f"{TYPE}/deletion"): administers(302),
}
