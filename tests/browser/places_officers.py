"""The pages of officers; see places.py."""

from collections.abc import Callable

from tests.browser.downloads import STATUSES
from tests.browser.place import Place
from tests.browser.world import World


def desk(rest: str) -> Callable[[World], str]:
    return lambda world: f"/institution/{world.desk}/{rest}"


def _downloads(name: str, path: Callable[[World], str]) -> Place:
    return Place(name, path, "officer of downloads", is_for_learners=False)


def _download_in(state: str) -> Place:
    return _downloads(
        f"download, {state}",
        lambda world: f"/institution/{world.desk}/bundles/{world.bundle[state]}",
    )


PLACES: tuple[Place, ...] = (
    _downloads("certificates of an institution", desk("certificates")),
    _downloads("certificates, chosen", desk("certificates?kind=completion&from=2020-01-01")),
    _downloads("certificates, in no period", desk("certificates?from=2020-01-02&to=2020-01-01")),
    _downloads("certificates, none found", desk("certificates?to=2000-01-01")),
    *(_download_in(state) for state in STATUSES),
)
