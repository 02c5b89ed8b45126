"""What each role gets at the addresses of credentials; tests/test_roles.py asks for every one."""

from collections.abc import Mapping

from tests.role_rows import Expected, everybody, signed_in

ROWS: Mapping[tuple[str, str], Expected] = {
    ("GET", "/my/shares"): signed_in(200),
    ("POST", "/my/shares"): signed_in(302, send={"ends-on": "tomorrow", "consents": "1"}),
    # Each is the learner's own, or another's.
    ("POST", "/my/shares/<int:share_id>/withdrawal"): Expected(
        (401, 401), (302, 404), (404, 404), (404, 404), (404, 404), (404, 404)
    ),
    ("GET", "/shared/<secret>"): everybody(200),
}
