"""Both trees from a table: rows in any order, each of them taken whole or refused with its line and a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import Refusal
from lms.core.i18n import N_, Message
from lms.core.permissions import Actor
from lms.core.spreadsheets import Table, read_table
from lms.institutions import policy, queries
from lms.institutions.commands.institutions import (
    UNKNOWN_MEMBER_TYPE,
    InstitutionDraft,
    insert_institution,
    replace_seats,
    revise_institution,
)
from lms.institutions.commands.member_types import add_usual_member_types
from lms.institutions.commands.trees import UNFIT_KEY
from lms.institutions.commands.zones import ZoneDraft, insert_zone, revise_zone
from lms.institutions.domain import (
    MOST_SEATS,
    Changed,
    ImportReport,
    Place,
    Refused,
    SeatFault,
    Tree,
    fold_name,
    is_key,
    read_seats,
)
from lms.institutions.errors import UnfitFile, UnfitPlace, UnknownParent
from lms.institutions.models import Institution, MemberType, Zone
from lms.institutions.selectables import institution_seats

INSTITUTION_COLUMNS = ("key", "parent", "kind", "zone", "name_fr", "name_en", "seats")
ZONE_COLUMNS = ("key", "parent", "kind", "name_fr", "name_en")
# The tree stands still while a file is read into it: at this size for some seconds.
MOST_ROWS = 3_000

# What French headings and kinds stand for, without accents.
FRENCH_COLUMNS: Mapping[str, str] = {
    "cle": "key",
    "type": "kind",
    "nom_fr": "name_fr",
    "nom_en": "name_en",
    "sieges": "seats",
}
FRENCH_KINDS: Mapping[str, str] = {
    "pays": "country",
    "ambassade": "embassy",
    "antenne": "branch",
    "ministere": "ministry",
    "projet": "project",
    "parti": "party",
    "societe-civile": "civil-society",
    "medias": "media",
    "justice": "judiciary",
    "securite": "security",
    "autre": "other",
}

UNKNOWN_ZONE = N_("There is no zone with the key “%(key)s”.")
UNREADABLE_SEATS = N_(
    "“%(part)s” is no type and number of seats, such as party:2, from 1 to %(most)s."
)
REPEATED_KEY = N_("Line %(line)s has the same key.")


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A row by its columns; one that the file has not is missing, an empty cell is ""."""

    line: int
    cells: Mapping[str, str]

    @property
    def key(self) -> str:
        return self.cells["key"]

    @property
    def item(self) -> str:
        """What the report calls the row."""
        return self.key or self.cells.get("name_fr", "") or self.cells.get("name_en", "")

    def name(self, known: Place | None) -> dict[str, str]:
        """Return the names, those of columns that the file has not as they are."""
        before = known.name if known else {}
        return {code: self.cells.get(f"name_{code}", before.get(code, "")) for code in ("fr", "en")}

    def kind(self, known: Place | None) -> str:
        """Return the kind as it is kept."""
        if "kind" not in self.cells:
            return known.kind if known else ""
        kind = fold_name(self.cells["kind"]).replace(" ", "-")
        return FRENCH_KINDS.get(kind, kind)


# The columns in which a row differed from what was known; None: it was new.
Outcome = Sequence[str] | None


def import_institutions(session: Session, actor: Actor, content: bytes) -> ImportReport:
    """Add and change institutions as the rows of a CSV or XLSX file say, and report on every row.

    A row is known by its key. A column that the file has not leaves what it would change; an empty cell empties it.
    Nothing is deleted or closed. Raises `UnfitFile` and what `read_table` raises.
    """
    queries.require_administrator(actor)
    rows = _read_rows(read_table(content, most=MOST_ROWS), INSTITUTION_COLUMNS)
    tree = queries.lock_institutions(session)
    if policy.may_edit_site(actor):
        add_usual_member_types(session, _list_named_types(rows))
    work = _InstitutionImport(session, actor, tree)
    return _import(tree, rows, work.apply)


def import_zones(session: Session, actor: Actor, content: bytes) -> ImportReport:
    """Add and change zones as the rows of a CSV or XLSX file say; see `import_institutions`."""
    queries.require_site_administrator(actor)
    rows = _read_rows(read_table(content, most=MOST_ROWS), ZONE_COLUMNS)
    tree = queries.lock_zones(session)

    def apply(row: PlaceRow) -> Outcome:
        known = tree.find_by_key(row.key)
        parent_id = _find_parent(tree, row, known)
        name, kind = row.name(known), row.kind(known)
        if known is None:
            insert_zone(session, tree, ZoneDraft(name, kind, row.key, parent_id))
            return None
        revise_zone(session, tree, replace(known, name=name, kind=kind, parent_id=parent_id))
        return _list_differences(known, tree[known.id])

    return _import(tree, rows, apply)


class _InstitutionImport:
    """What the rows of one file share: the tree, and what zones and seats there are."""

    def __init__(self, session: Session, actor: Actor, tree: Tree) -> None:
        self._session, self._actor, self._tree = session, actor, tree
        self._zones = dict(session.execute(select(Zone.key, Zone.id)).all())
        self._types = set(session.scalars(select(MemberType.key)))
        self._zone_of = dict(session.execute(select(Institution.id, Institution.zone_id)).all())
        self._seats_of: dict[int, dict[str, int]] = {}
        columns = institution_seats.c
        for id, member_type, count in session.execute(
            select(columns.institution_id, columns.member_type, columns.seats)
        ):
            self._seats_of.setdefault(id, {})[member_type] = count

    def apply(self, row: PlaceRow) -> Outcome:
        """Do what a row says; raises a refusal before anything is written."""
        known = self._tree.find_by_key(row.key)
        parent_id = _find_parent(self._tree, row, known)
        name, kind = row.name(known), row.kind(known)
        zone_id = self._find_zone(row, known)
        seats = self._read_seats(row)
        if known is None:
            draft = InstitutionDraft(name, kind, row.key, parent_id, zone_id)
            id = insert_institution(self._session, self._actor, self._tree, draft)
            if seats:
                replace_seats(self._session, self._actor, self._tree, id, seats)
            return None
        wanted = replace(known, name=name, kind=kind, parent_id=parent_id)
        revise_institution(self._session, self._actor, self._tree, wanted, zone_id=zone_id)
        changes = _list_differences(known, self._tree[known.id])
        if zone_id != self._zone_of[known.id]:
            changes.append("zone")
        if seats is not None and seats != self._seats_of.get(known.id, {}):
            replace_seats(self._session, self._actor, self._tree, known.id, seats)
            changes.append("seats")
        return changes

    def _find_zone(self, row: PlaceRow, known: Place | None) -> int | None:
        if "zone" not in row.cells:
            return self._zone_of[known.id] if known else None
        key = row.cells["zone"]
        if key and key not in self._zones:
            raise UnfitPlace({"zone": Message(UNKNOWN_ZONE, {"key": key})})
        return self._zones[key] if key else None

    def _read_seats(self, row: PlaceRow) -> dict[str, int] | None:
        if "seats" not in row.cells:
            return None
        try:
            seats = read_seats(row.cells["seats"])
        except SeatFault as fault:
            params = {"part": str(fault), "most": MOST_SEATS}
            raise UnfitPlace({"seats": Message(UNREADABLE_SEATS, params)}) from fault
        for key in seats:
            if key not in self._types:
                raise UnfitPlace({"seats": Message(UNKNOWN_MEMBER_TYPE, {"key": key})})
        return seats


def _read_rows(table: Table, known: Sequence[str]) -> list[PlaceRow]:
    """Return the rows by the names of our columns; raises `UnfitFile` for headings that cannot be used."""
    headings = {heading: _find_column(heading) for heading in table.headings if heading}
    unknown = [heading for heading, column in headings.items() if column not in known]
    columns = list(headings.values())
    twice = sorted({column for column in columns if columns.count(column) > 1})
    missing = [] if "key" in columns else ["key"]
    if unknown or twice or missing:
        raise UnfitFile(columns=", ".join([*unknown, *twice, *missing]), known=", ".join(known))
    return [
        PlaceRow(
            row.line, {column: row.values.get(heading, "") for heading, column in headings.items()}
        )
        for row in table.rows
    ]


def _find_column(heading: str) -> str:
    plain = fold_name(heading).replace(" ", "_")
    return FRENCH_COLUMNS.get(plain, plain)


def _list_named_types(rows: Iterable[PlaceRow]) -> set[str]:
    named: set[str] = set()
    for row in rows:
        try:
            named |= read_seats(row.cells.get("seats", "")).keys()
        except SeatFault:
            continue
    return named


def _import(
    tree: Tree, rows: Sequence[PlaceRow], apply: Callable[[PlaceRow], Outcome]
) -> ImportReport:
    """Apply the rows, a parent before what lies below it, and report on them in the order of the file."""
    outcomes: dict[int, Outcome | Message] = {}
    first: dict[str, PlaceRow] = {}
    for row in rows:
        if not is_key(row.key):
            outcomes[row.line] = Message(UNFIT_KEY)
        elif row.key in first:
            outcomes[row.line] = Message(REPEATED_KEY, {"line": first[row.key].line})
        else:
            first[row.key] = row
    for row in _parents_first(first):
        try:
            outcomes[row.line] = apply(row)
        except Refusal as refusal:
            outcomes[row.line] = next(iter(refusal.fields.values()), refusal.message)
    imported, changed, refused = [], [], []
    for row in rows:
        match outcomes[row.line]:
            case Message() as reason:
                refused.append(Refused(row.item, row.line, reason))
            case None:
                imported.append(row.item)
            case columns:
                changed.append(Changed(row.item, columns))
    return ImportReport(imported, changed, refused)


def _parents_first(rows: Mapping[str, PlaceRow]) -> Iterable[PlaceRow]:
    """Yield each row once, after the one that its parent names; in a circle, some row comes before its parent."""
    done: set[str] = set()
    for key in rows:
        way: list[str] = []
        on_way: set[str] = set()
        while key in rows and key not in done and key not in on_way:
            way.append(key)
            on_way.add(key)
            key = rows[key].cells.get("parent", "")
        for name in reversed(way):
            done.add(name)
            yield rows[name]


def _find_parent(tree: Tree, row: PlaceRow, known: Place | None) -> int | None:
    """Return the id of the row's parent; raises `UnknownParent`."""
    if "parent" not in row.cells:
        return known.parent_id if known else None
    key = row.cells["parent"]
    if not key:
        return None
    parent = tree.find_by_key(key)
    if parent is None:
        raise UnknownParent({"parent": Message(UnknownParent.text, {"key": key})}, key=key)
    return parent.id


def _list_differences(before: Place, after: Place) -> list[str]:
    """Return the columns in which a place differs."""
    changes = [
        f"name_{code}"
        for code in ("fr", "en")
        if before.name.get(code, "") != after.name.get(code, "")
    ]
    if before.kind != after.kind:
        changes.append("kind")
    if before.parent_id != after.parent_id:
        changes.append("parent")
    return changes
