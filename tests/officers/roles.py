"""What each role gets at the addresses of officers; tests/test_roles.py asks for every one."""

from collections.abc import Mapping

from tests.role_rows import Expected, keeps_desk

PLACE = "/institution/<int:institution_id>"
FIGURES = f"{PLACE}/figures"
CERTIFICATES = f"{PLACE}/certificates"
BUNDLES = f"{PLACE}/bundles"
BUNDLE = f"{BUNDLES}/<int:bundle_id>"

NO = (404, 404)
CLAIM, INVITATION = {"membership_id": "claim_id"}, {"membership_id": "invitation_id"}


def uploaded(status: int) -> Expected:
    """Return a row for a list of people: the officer uploaded the one, the administrator the other."""
    return Expected((401, 401), NO, NO, (status, 404), NO, (404, status))


PEOPLE_ROWS: Mapping[tuple[str, str], Expected] = {
    ("GET", f"{PLACE}/people/new"): keeps_desk(),
    ("POST", f"{PLACE}/people/new"): keeps_desk(302, send={"given_names": "Nina", "family_names": "Ouédraogo"}),
    ("POST", f"{PLACE}/invitations"): keeps_desk(302, send={"invited": "nobody@example.org"}),
    ("GET", f"{PLACE}/claims"): keeps_desk(),
    ("POST", f"{PLACE}/claims/<int:membership_id>/confirmation"): keeps_desk(302, path=CLAIM),
    ("POST", f"{PLACE}/claims/<int:membership_id>/refusal"): keeps_desk(302, path=CLAIM),
    ("POST", f"{PLACE}/invitations/<int:membership_id>/withdrawal"): keeps_desk(302, path=INVITATION),
    ("GET", f"{PLACE}/memberships/<int:membership_id>"): keeps_desk(),
    ("POST", f"{PLACE}/memberships/<int:membership_id>/places"): keeps_desk(send={"q": "commission"}),
    ("POST", f"{PLACE}/memberships/<int:membership_id>/end"): keeps_desk(302),
    ("POST", f"{PLACE}/memberships/<int:membership_id>/move"): keeps_desk(302, send={"institution": "elsewhere"}),
    ("GET", f"{PLACE}/uploads"): keeps_desk(),
    # Without a file.
    ("POST", f"{PLACE}/uploads"): keeps_desk(422),
    ("GET", f"{PLACE}/uploads/template.<kind>"): keeps_desk(),
    ("GET", f"{PLACE}/uploads/<int:upload_id>"): uploaded(200),
    ("POST", f"{PLACE}/uploads/<int:upload_id>"): uploaded(200),
    ("POST", f"{PLACE}/uploads/<int:upload_id>/removal"): uploaded(302),
    ("GET", f"{PLACE}/slips"): keeps_desk(),
    ("POST", f"{PLACE}/slips"): keeps_desk(send={"person": "slip_person_id"}),
    ("GET", f"{PLACE}/officers"): keeps_desk(),
    ("POST", f"{PLACE}/officers/candidates"): keeps_desk(send={"q": "Awa"}),
    ("POST", f"{PLACE}/officers"): keeps_desk(302, send={"person": "person_id"}),
    ("POST", f"{PLACE}/officers/<int:grant_id>/end"): keeps_desk(302),
}  # fmt: skip

# The grant alone decides whether there is a desk; the officer keeps one, and the administrators all.
DESKS = Expected((401, 401), NO, NO, (302, 302), NO, (200, 200))

DESK_ROWS: Mapping[tuple[str, str], Expected] = {
    ("GET", "/institution"): DESKS,
    ("GET", PLACE): keeps_desk(),
    ("GET", f"{PLACE}/people"): keeps_desk(),
    ("POST", f"{PLACE}/people"): keeps_desk(send={"q": "Awa"}),
    ("GET", f"{PLACE}/people.csv"): keeps_desk(),
    ("POST", f"{PLACE}/people.csv"): keeps_desk(send={"q": "Awa"}),
    ("GET", f"{PLACE}/people/<int:person_id>"): keeps_desk(),
    ("POST", f"{PLACE}/enrolments"): keeps_desk(send={"person": "person_id", "into": "into"}),
    ("POST", f"{PLACE}/reminders"): keeps_desk(send={"person": "person_id"}),
    ("GET", f"{PLACE}/seats"): keeps_desk(),
    ("GET", f"{PLACE}/seats.csv"): keeps_desk(),
    # Only the learner puts a reminder away; the other's learner is none of the roles.
    ("POST", "/my/reminders/<int:reminder_id>/dismissal"): Expected(
        (401, 401), (302, 404), NO, NO, NO, NO
    ),
    ("GET", "/api/v1/institutions/<int:institution_id>/members"): keeps_desk(),
    ("GET", "/api/v1/institutions/<int:institution_id>/credentials"): keeps_desk(),
}

ROWS: Mapping[tuple[str, str], Expected] = {
    **DESK_ROWS,
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
    **PEOPLE_ROWS,
}
