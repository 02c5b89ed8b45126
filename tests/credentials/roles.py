"""What each role gets at the addresses of credentials; tests/test_roles.py asks for every one."""

from collections.abc import Mapping

from tests.role_rows import Expected, everybody, keeps_desk, signed_in, studies

FORM = {"given-names": "Awa", "family-names": "Traoré", "name-order": "given-first"}
NAME = {"given_names": "Awa", "family_names": "Traoré", "name_order": "given-first"}
NO = (404, 404)


def holds(ok: int, **more: object) -> Expected:
    """Return a row for what is done with one's own certificate, whatever was granted."""
    return Expected((401, 401), (ok, 404), NO, NO, NO, NO, **more)  # type: ignore[arg-type]  # fields by name


def keeps_records(ok: int, **more: object) -> Expected:
    """Return a row for the desk as a whole: whoever may correct something, wherever that is."""
    same = (ok, ok)
    return Expected((401, 401), NO, NO, same, NO, same, **more)  # type: ignore[arg-type]  # fields by name


ROWS: Mapping[tuple[str, str], Expected] = {
    ("GET", "/my/shares"): signed_in(200),
    ("POST", "/my/shares"): signed_in(302, send={"ends-on": "tomorrow", "consents": "1"}),
    ("POST", "/my/shares/<int:share_id>/withdrawal"): holds(302),
    ("GET", "/shared/<secret>"): everybody(200),
    ("GET", "/my/transcript"): signed_in(200),
    ("POST", "/my/transcript/documents"): signed_in(302, send={"language": "fr"}),
    # The job is the learner's own, though it makes no transcript; administrators see every job.
    ("GET", "/my/transcript/documents/<uuid:job_id>"): Expected(
        (401, 401), (200, 404), NO, NO, NO, (200, 200)
    ),
    ("GET", "/my/transcript/documents/<uuid:job_id>/file"): Expected(
        (401, 401), NO, NO, NO, NO, NO
    ),
    ("GET", "/verify/offline"): everybody(200),
    ("GET", "/verify/offline.html"): everybody(200),
    ("GET", "/verify/file"): everybody(302),
    # No file is sent with it.
    ("POST", "/verify/file"): everybody(422),
    ("GET", "/my/certificate-name"): signed_in(200),
    # Everybody has confirmed this name before.
    ("POST", "/my/certificate-name"): signed_in(302, send={**FORM, "shown": "Awa Traoré"}),
    ("GET", "/my/certificates/<number>/correction"): holds(200),
    # One is asked for already, and no module of theirs ends.
    ("POST", "/my/certificates/<number>/correction"): holds(409, send={**FORM, "reason": "So"}),
    ("POST", "/my/certificates/<number>/renewal"): holds(409),
    # The module is complete, so that there is no participation to certify.
    ("POST", "/my/certificates/participation/<int:enrolment_id>"): studies(409),
    ("GET", "/credentials"): keeps_records(200),
    ("POST", "/credentials"): keeps_records(200, send={"q": "name"}),
    ("GET", "/credentials/<number>"): keeps_desk(),
    ("POST", "/credentials/<number>/corrections/<int:correction_id>"): keeps_desk(
        302, send={"decision": "grant", "answer": "So"}
    ),
    ("POST", "/credentials/<number>/revocation"): Expected(
        (401, 401),
        NO,
        NO,
        (403, 404),
        NO,
        (302, 302),
        send={"reason": "misconduct", "note": "So"},
    ),
    ("GET", "/api/v1/me/certificate-name"): signed_in(200),
    ("PUT", "/api/v1/me/certificate-name"): signed_in(200, send=NAME),
    ("POST", "/api/v1/enrolments/<int:enrolment_id>/participation"): studies(409),
}
