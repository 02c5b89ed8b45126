"""The pages of accounts; see places.py."""

from tests.browser.place import Place

PLACES: tuple[Place, ...] = ()
