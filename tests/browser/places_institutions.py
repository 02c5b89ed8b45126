"""The pages of institutions; see places.py."""

from tests.browser.place import Place

PLACES: tuple[Place, ...] = ()
