"""What each role gets at the addresses of accounts; tests/test_roles.py asks for every one."""

from collections.abc import Mapping

from tests.role_rows import Expected, signed_in

PASSWORDS = {"old": "password", "new": "another of tests", "again": "another of tests"}

ROWS: Mapping[tuple[str, str], Expected] = {
    ("GET", "/password/change"): signed_in(200),
    ("POST", "/password/change"): signed_in(302, send=PASSWORDS),
    ("GET", "/my/institutions"): signed_in(200),
    # The learner is a member of the one already, and nobody else of either.
    ("POST", "/my/institutions"): Expected(
        (401, 401), (409, 302), (302, 302), (302, 302), (302, 302), (302, 302),
        send={"institution": "institution_id"},
    ),
    **{
        ("POST", f"/my/institutions/<int:membership_id>/{what}"): Expected(
            (401, 401), (status, 404), (404, 404), (404, 404), (404, 404), (404, 404),
            path={"membership_id": thing},
        )
        for what, status, thing in (
            ("withdrawal", 302, "claim_id"),
            ("acceptance", 302, "invitation_id"),
            ("refusal", 302, "invitation_id"),
            ("end", 302, "membership_id"),
        )
    },
}  # fmt: skip
