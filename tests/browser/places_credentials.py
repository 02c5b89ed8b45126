"""The pages of credentials; see places.py."""

from flask import render_template

from tests.browser.place import Place, at


def offline_without_a_key() -> str:
    """What is said where no key signs; in demo mode one always does."""
    return render_template("credentials/offline.html", is_ready=False)


PLACES: tuple[Place, ...] = (
    Place("verify offline", at("/verify/offline")),
    Place("verify offline, not now", render=offline_without_a_key),
    # As somebody comes who scanned a code that is not ours.
    Place("verify, damaged code", lambda world: f"/verify/{world.code['real']}#0"),
)
