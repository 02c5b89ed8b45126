"""The pages of credentials; see places.py."""

from tests.browser.place import Place

PLACES: tuple[Place, ...] = ()
