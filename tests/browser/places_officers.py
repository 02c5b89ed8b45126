"""The pages of officers; see places.py."""

from tests.browser.place import Place

PLACES: tuple[Place, ...] = ()
