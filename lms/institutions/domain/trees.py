"""A tree of places in memory: what lies below what, and which change would break it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lms.institutions.domain.names import fold_name

# A path holds an id of at most ten digits and a slash for each level, and 255 characters in all.
MOST_LEVELS = 20


@dataclass(frozen=True, slots=True)
class Place:
    """An institution or a zone as the rules of its tree see it."""

    id: int
    key: str
    parent_id: int | None
    kind: str
    name: Mapping[str, str]
    is_closed: bool = False

    @property
    def folded_names(self) -> frozenset[str]:
        """The names in all languages as `fold_name` compares them."""
        return frozenset(folded for text in self.name.values() if (folded := fold_name(text)))


class Tree:
    """All places of one tree. `put` adds one or replaces it; the rules are asked beforehand."""

    def __init__(self, places: Iterable[Place] = ()) -> None:
        self._places: dict[int, Place] = {}
        self._ids: dict[str, int] = {}
        self._below: dict[int | None, dict[int, None]] = {}
        self._named: dict[tuple[int | None, str], dict[int, None]] = {}
        for place in places:
            self.put(place)

    def put(self, place: Place) -> None:
        """Add the place, or put it in the stead of the one with its id."""
        before = self._places.get(place.id)
        if before is not None:
            del self._below[before.parent_id][before.id]
            for folded in before.folded_names:
                del self._named[before.parent_id, folded][before.id]
        self._places[place.id] = place
        self._ids[place.key] = place.id
        self._below.setdefault(place.parent_id, {})[place.id] = None
        for folded in place.folded_names:
            self._named.setdefault((place.parent_id, folded), {})[place.id] = None

    def __getitem__(self, place_id: int) -> Place:
        return self._places[place_id]

    def __contains__(self, key: object) -> bool:
        return key in self._ids

    def find(self, place_id: int | None) -> Place | None:
        """Return the place with that id, if there is one."""
        return None if place_id is None else self._places.get(place_id)

    def find_by_key(self, key: str) -> Place | None:
        """Return the place with that key, if there is one."""
        return self.find(self._ids.get(key))

    def list_below(self, place_id: int | None) -> list[Place]:
        """Return what lies directly below a place, or at the top."""
        return [self._places[id] for id in self._below.get(place_id, ())]

    def list_way(self, place_id: int | None) -> list[Place]:
        """Return the places from the top down to this one, which is the last."""
        way: list[Place] = []
        while (place := self.find(place_id)) is not None:
            way.append(place)
            place_id = place.parent_id
        return way[::-1]

    def path_of(self, place_id: int | None) -> str:
        """Return the ids from the top down to a place, as /1/7/; those above everything are /."""
        return "".join(["/", *(f"{place.id}/" for place in self.list_way(place_id))])

    def walk(self, place_id: int) -> Iterator[tuple[Place, int]]:
        """Yield a place and all that lies below it, each with how many levels below it that is."""
        waiting = [(place_id, 0)]
        while waiting:
            id, depth = waiting.pop()
            yield self._places[id], depth
            waiting.extend((below, depth + 1) for below in self._below.get(id, ()))

    def is_within(self, place_id: int | None, outer_id: int) -> bool:
        """Return whether a place is the other one or lies below it."""
        return any(place.id == outer_id for place in self.list_way(place_id))

    def is_too_deep(self, parent_id: int | None, place_id: int | None = None) -> bool:
        """Return whether a new place, or this one with all below it, would not fit below `parent_id`."""
        height = 1 + max(depth for _, depth in self.walk(place_id)) if place_id is not None else 1
        return len(self.list_way(parent_id)) + height > MOST_LEVELS

    def find_similar(
        self, name: Mapping[str, str], parent_id: int | None, *, but_id: int | None = None
    ) -> Place | None:
        """Return what lies below `parent_id` under a name that differs by accents, case or punctuation at most."""
        for text in name.values():
            for id in self._named.get((parent_id, fold_name(text)), ()):
                if id != but_id:
                    return self._places[id]
        return None
