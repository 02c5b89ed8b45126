"""What bringing in a list of people would do, line by line, before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from lms.accounts.domain.lines import Column, PersonLine
from lms.accounts.domain.logins import login_base, propose_login
from lms.accounts.domain.memberships import Days
from lms.accounts.domain.people import fold_name
from lms.accounts.domain.reach import (
    Account,
    Candidate,
    KnownMembership,
    KnownPerson,
    Outcome,
    PlannedLine,
    Reach,
)
from lms.core.i18n import N_, Message

# More people of one name than these are no help in choosing.
MOST_CANDIDATES = 5
# Shorter names are too often one letter apart by chance.
SHORTEST_ALIKE = 8
# The choice of a line that is nobody of those who are there.
NEW = "new"


def plan_lines(
    lines: Sequence[PersonLine], reach: Reach, choices: Mapping[int, str], *, today: date
) -> list[PlannedLine]:
    """Return what becomes of each line; `choices` says by line `new`, or the key of the candidate it is."""
    return list(_Planner(lines, reach, choices, today).plan())


def edits_of(text: str) -> Iterator[str]:
    """Yield `text` and what is left of it without one letter: texts one edit apart share one of these."""
    yield text
    for place in range(len(text)):
        yield text[:place] + text[place + 1 :]


def is_one_edit_apart(one: str, other: str) -> bool:
    """Return whether one letter added, left out or replaced turns one text into the other."""
    if len(one) > len(other):
        one, other = other, one
    if one == other or len(other) - len(one) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) == len(other):
        return one[same + 1 :] == other[same + 1 :]
    return one[same:] == other[same + 1 :]


class _Refused(Exception):
    def __init__(self, text: str, column: Column | None = None, **params: object) -> None:
        self.message = Message(text, params)
        self.faults = {} if column is None else {str(column): self.message}


class _Planner:
    """Goes through the lines once, in their order: an earlier line is known to a later one."""

    def __init__(
        self, lines: Sequence[PersonLine], reach: Reach, choices: Mapping[int, str], today: date
    ) -> None:
        self.lines, self.reach, self.choices, self.today = lines, reach, choices, today
        self.places = {place.id: place for place in reach.places}
        self.by_key = {place.key.casefold(): place for place in reach.places}
        self.by_name: dict[str, set[int]] = {}
        for place in reach.places:
            for name in (place.key, *place.names.values()):
                self.by_name.setdefault(fold_name(name), set()).add(place.id)
        self.types = {key.casefold(): key for key in reach.member_types}
        for key, names in reach.member_types.items():
            self.types |= {fold_name(name): key for name in names.values()}
        self.taken = set(reach.taken_logins) | {one.login for one in lines if one.login}
        self.namesakes, self.alike = _find_namesakes(lines, reach)
        self.seen: dict[tuple[str, str], int] = {}
        self.seen_names: dict[str, list[PersonLine]] = {}

    def plan(self) -> Iterator[PlannedLine]:
        for line in self.lines:
            try:
                yield self._plan_line(line)
            except _Refused as refused:
                yield PlannedLine(line, Outcome.REFUSED, refused.message, refused.faults)

    def _plan_line(self, line: PersonLine) -> PlannedLine:
        if line.faults:
            return PlannedLine(line, Outcome.REFUSED, next(iter(line.faults.values())), line.faults)
        place_id, member_type = self._find_place(line), self._find_member_type(line)
        self._refuse_repeated(line)
        account = self._find_account(line)
        candidates: tuple[Candidate, ...] = ()
        choice = None
        if account is None:
            candidates = tuple(self._list_candidates(line))
            choice = self._choose(line, candidates, place_id)
            if choice in {None, NEW}:
                self.seen_names.setdefault(line.name_key, []).append(line)
            if choice is None:
                return PlannedLine(
                    line, Outcome.UNDECIDED, Message(N_("Somebody of this name is there already.")),
                    institution_id=place_id, member_type=member_type, candidates=candidates,
                )  # fmt: skip
            if choice == NEW:
                return PlannedLine(
                    line, Outcome.NEW, institution_id=place_id, member_type=member_type,
                    login=self._login_for(line), candidates=candidates, choice=choice,
                )  # fmt: skip
            kind, _hyphen, number = choice.partition("-")
            if kind == "line":
                return PlannedLine(
                    line, Outcome.REFUSED,
                    Message(N_("The same person as in line %(other)s."), {"other": number}),
                    candidates=candidates, choice=choice,
                )  # fmt: skip
            account = Account(int(number), is_closed=False)
        return self._place_known(line, account, place_id, member_type, candidates, choice)

    def _find_place(self, line: PersonLine) -> int | None:
        if not line.institution:
            return self.reach.default_place_id
        place = self.by_key.get(line.institution.casefold())
        if place is None:
            ids = self.by_name.get(fold_name(line.institution), set())
            if len(ids) > 1:
                raise _Refused(
                    N_("Several institutions are called “%(written)s”: write the key of one."),
                    Column.INSTITUTION, written=line.institution,
                )  # fmt: skip
            place = self.places[min(ids)] if ids else None
        if place is None:
            raise _Refused(
                N_("No institution here or below has the key or the name “%(written)s”."),
                Column.INSTITUTION, written=line.institution,
            )  # fmt: skip
        if place.is_closed:
            raise _Refused(
                N_("“%(written)s” is closed and takes nobody in any more."),
                Column.INSTITUTION, written=line.institution,
            )  # fmt: skip
        return place.id

    def _find_member_type(self, line: PersonLine) -> str | None:
        if not line.member_type:
            return None
        key = self.types.get(line.member_type.casefold()) or self.types.get(
            fold_name(line.member_type)
        )
        if key is None:
            raise _Refused(
                N_("There is no member type “%(written)s”."),
                Column.MEMBER_TYPE, written=line.member_type,
            )  # fmt: skip
        return key

    def _refuse_repeated(self, line: PersonLine) -> None:
        """Refuse what an earlier line has: an address is one person's."""
        for column, value, text in (
            (Column.EMAIL, line.email, N_("Line %(other)s has the same e-mail address.")),
            (Column.LOGIN, line.login, N_("Line %(other)s has the same user name.")),
        ):
            if value is None:
                continue
            other = self.seen.setdefault((column, value), line.line)
            if other != line.line:
                raise _Refused(text, column, other=other)

    def _find_account(self, line: PersonLine) -> Account | None:
        """Return whose exact address the line has; raises `_Refused` where it cannot be this person's."""
        by_email = self.reach.by_email.get(line.email or "")
        by_login = self.reach.by_login.get(line.login or "")
        if by_login is not None and by_email is None:
            known = self.reach.people.get(by_login.person_id)
            is_theirs = known is not None and (line.email is None or known.email == line.email)
            if known is None or not is_theirs or known.name_key != line.name_key:
                # Said alike of every account, so that nobody learns whose a user name is.
                raise _Refused(
                    N_("Somebody has the user name %(login)s: leave it out, and one is proposed."),
                    Column.LOGIN, login=line.login,
                )  # fmt: skip
            return by_login
        if by_email is None:
            return None
        if by_login is not None and by_login.person_id != by_email.person_id:
            raise _Refused(
                N_("The e-mail address and the user name belong to two people."), Column.LOGIN
            )
        known = self.reach.people.get(by_email.person_id)
        if known is not None and known.may_be_named and known.name_key != line.name_key:
            raise _Refused(
                N_("This e-mail address belongs to %(name)s: one address is one person’s."),
                Column.EMAIL, name=known.name,
            )  # fmt: skip
        return by_email

    def _list_candidates(self, line: PersonLine) -> Iterator[Candidate]:
        found = [
            Candidate(
                f"line-{other.line}",
                other.name.written,
                other.login,
                other.email,
                is_weak=_differ(line.email, other.email) or _differ(line.login, other.login),
            )
            for other in self.seen_names.get(line.name_key, ())
        ]
        for people, is_same_name in ((self.namesakes, True), (self.alike, False)):
            found += [
                self._candidate(line, person_id, is_same_name=is_same_name)
                for person_id in people.get(line.name_key, ())
            ]
        chosen = self.choices.get(line.line)
        found.sort(key=lambda one: (one.key != chosen, one.is_weak, not one.is_same_name))
        yield from found[:MOST_CANDIDATES]

    def _candidate(self, line: PersonLine, person_id: int, *, is_same_name: bool) -> Candidate:
        person = self.reach.people[person_id]
        return Candidate(
            f"person-{person.id}",
            person.name,
            person.login,
            person.email,
            tuple(dict.fromkeys(one.institution_id for one in person.memberships)),
            is_same_name,
            is_weak=not is_same_name
            or _differ(line.email, person.email)
            or _differ(line.login, person.login),
        )

    def _choose(
        self, line: PersonLine, candidates: Sequence[Candidate], place_id: int | None
    ) -> str | None:
        """Return what the reader chose, or what goes without asking; None: the reader must choose.

        A line without an address is the one of that name who is at that institution already: lists come twice.
        """
        wanted = self.choices.get(line.line)
        if wanted == NEW or wanted in {one.key for one in candidates}:
            return wanted
        strong = [one for one in candidates if not one.is_weak]
        if not strong:
            return NEW
        if len(strong) == 1 and not line.email and not line.login:
            person = self.reach.people.get(int(strong[0].key.partition("-")[2]))
            is_person = strong[0].key.startswith("person-")
            here = person.open_at(place_id) if is_person and person and place_id else None
            if here is not None and here.is_confirmed:
                return strong[0].key
        return None

    def _login_for(self, line: PersonLine) -> str | None:
        if line.login or line.email:
            return line.login
        login = propose_login(login_base(line.name), self.taken)
        self.taken.add(login)
        return login

    def _place_known(
        self,
        line: PersonLine,
        account: Account,
        place_id: int | None,
        member_type: str | None,
        candidates: tuple[Candidate, ...],
        choice: str | None,
    ) -> PlannedLine:
        if account.is_closed:
            raise _Refused(N_("This account is closed: ask the people who run this service."))
        known = self.reach.people.get(account.person_id)
        here = known.open_at(place_id) if known and place_id is not None else None
        if place_id is None:
            outcome = Outcome.UNCHANGED
        elif self.reach.actor_id == account.person_id and not (here and here.is_confirmed):
            raise _Refused(N_("This is you: another officer has to do it for you."))
        elif here is not None:
            outcome = _outcome_of(here, member_type)
        else:
            self._refuse_days(line, known, place_id)
            is_own = self.reach.is_everything or (known is not None and known.is_member)
            outcome = Outcome.JOINS if is_own else Outcome.INVITED
        return PlannedLine(
            line,
            outcome,
            HOW.get(outcome),
            person_id=account.person_id,
            institution_id=place_id,
            member_type=member_type,
            membership_id=here.id if here else None,
            candidates=candidates,
            choice=choice,
        )

    def _refuse_days(self, line: PersonLine, known: KnownPerson | None, place_id: int) -> None:
        days = Days(line.started_on or self.today)
        for one in known.memberships if known else ():
            if one.institution_id == place_id and one.is_confirmed and one.days.meets(days):
                raise _Refused(
                    N_("This person was a member until %(day)s: the new first day comes after that."),
                    Column.STARTED_ON, day=one.days.last,
                )  # fmt: skip


# What is said of lines that change something, or nothing, of people who are there.
HOW: Mapping[Outcome, Message] = {
    Outcome.JOINS: Message(N_("Is there already, and gets a place in this institution too.")),
    Outcome.INVITED: Message(
        N_("An account has this address: its owner is invited, and belongs to you on accepting.")
    ),
    Outcome.CLAIM_CONFIRMED: Message(N_("Had claimed this institution: the claim is confirmed.")),
    Outcome.SEAT_CHANGED: Message(N_("Is there already, and gets another member type.")),
    Outcome.UNCHANGED: Message(N_("Is there already: nothing to do.")),
}


def _outcome_of(here: KnownMembership, member_type: str | None) -> Outcome:
    if not here.is_confirmed:
        return Outcome.UNCHANGED if here.is_invitation else Outcome.CLAIM_CONFIRMED
    if member_type is not None and member_type != here.member_type:
        return Outcome.SEAT_CHANGED
    return Outcome.UNCHANGED


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other


def _find_namesakes(
    lines: Sequence[PersonLine], reach: Reach
) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """Return by the name of a line who is called so, and who nearly; one pass over all people."""
    wanted = {line.name_key for line in lines}
    edits: dict[str, set[str]] = {}
    for key in wanted:
        if len(key) >= SHORTEST_ALIKE:
            for edit in edits_of(key):
                edits.setdefault(edit, set()).add(key)
    same: dict[str, list[int]] = {}
    alike: dict[str, list[int]] = {}
    for person in reach.people.values():
        if not person.may_be_named:
            continue
        if person.name_key in wanted:
            same.setdefault(person.name_key, []).append(person.id)
        near: set[str] = set().union(*(edits.get(edit, ()) for edit in edits_of(person.name_key)))
        for key in near:
            if is_one_edit_apart(key, person.name_key):
                alike.setdefault(key, []).append(person.id)
    return same, alike
