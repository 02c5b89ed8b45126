"""Institutions, zones, seats and types of members: every rule, who may, and what stays as it was."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, update

from lms.accounts.models import Membership
from lms.core.db import Base
from lms.core.errors import NotFound, SignInRequired
from lms.core.permissions import NOBODY, SYSTEM, Actor, Role, Scope, ScopeKind
from lms.institutions import (
    find_institution_by_key,
    get_institution,
    institution_seats,
    list_children,
    list_path_names,
    list_seats,
    list_tree,
    search_lines,
    zone_names,
)
from lms.institutions.commands import (
    InstitutionDraft,
    ZoneDraft,
    add_institution,
    add_member_type,
    add_zone,
    close_institution,
    delete_institution,
    delete_member_type,
    delete_zone,
    edit_institution,
    edit_zone,
    move_institution,
    move_zone,
    rename_member_type,
    reopen_institution,
    set_seats,
)
from lms.institutions.domain import MOST_LEVELS
from lms.institutions.errors import (
    Cycle,
    HasBranches,
    InstitutionInUse,
    KeyTaken,
    MemberTypeInUse,
    ParentClosed,
    SimilarName,
    TooDeep,
    UnfitDay,
    UnfitPlace,
    UnfitZoneKind,
    ZoneInUse,
)
from lms.institutions.models import Institution, MemberType, Zone
from tests.conftest import NOW

TODAY = NOW.date()


def draft(name: str = "Ségou", **more) -> InstitutionDraft:
    return InstitutionDraft({"fr": f"Antenne de {name}", "en": f"{name} Branch"}, "branch", **more)


def zone(name: str, kind: str, parent_id: int | None = None, **more) -> ZoneDraft:
    return ZoneDraft({"fr": name, "en": name}, kind, parent_id=parent_id, **more)


def table(session) -> dict[str, list[str]]:
    """Return all that is kept of institutions."""
    session.flush()
    return {
        name: sorted(map(repr, session.execute(select(Base.metadata.tables[name]))))
        for name in Base.metadata.tables
        if name.startswith("institutions_")
    }


def refused(session, kind, match, call, *args, **more):
    """See that the call is refused with this sentence or field, and changes nothing."""
    before = table(session)
    with pytest.raises(kind) as refusal:
        call(session, *args, **more)
    said = " ".join([str(refusal.value), *map(str, refusal.value.fields.values())])
    assert match in said
    assert table(session) == before
    return refusal.value


def path_of(session, id: int, model=Institution) -> str:
    return session.scalars(select(model.path).where(model.id == id)).one()


def administrator_at(make, institution_id: int) -> Actor:
    return make.person(
        roles=(Role.ADMINISTRATOR,), scope=Scope(ScopeKind.INSTITUTION, institution_id)
    )


# --- Adding -----------------------------------------------------------------------------------------


def test_an_institution_is_added_with_its_path_and_a_key_made_from_its_name(session, make):
    centre, country = make.institution("centre"), make.zone()
    id = add_institution(session, SYSTEM, draft("  Ségou  ", parent_id=centre, zone_id=country))
    facts = get_institution(session, id)
    assert (facts.key, facts.parent_id, facts.path) == (
        "antenne-de-segou", centre, f"/{centre}/{id}/",
    )  # fmt: skip
    assert facts.name == {"fr": "Antenne de Ségou", "en": "Ségou Branch"}
    assert (facts.kind, facts.zone_id, facts.closed_on) == ("branch", country, None)
    assert facts.zone_name == {"fr": "Zone country", "en": "country Zone"}


def test_a_key_is_unique_and_a_slug(session, make):
    centre = make.institution("centre")
    refused(session, KeyTaken, "“centre” is in use", add_institution, SYSTEM, draft(key="centre"))
    refused(session, UnfitPlace, "lower-case", add_institution, SYSTEM, draft(key="Ségou"))
    id = add_institution(session, SYSTEM, draft("Centre", key="other", parent_id=centre))
    assert find_institution_by_key(session, "other") == get_institution(session, id)
    assert find_institution_by_key(session, "none") is None


@pytest.mark.parametrize(
    ("unfit", "field"),
    [
        (InstitutionDraft({"fr": "Antenne", "en": " "}, "branch"), "name_en"),
        (InstitutionDraft({"en": "Branch"}, "branch"), "name_fr"),
        (InstitutionDraft({"fr": "a", "en": "b"}, "ministry of love"), "kind"),
        (InstitutionDraft({"fr": "a", "en": "b"}, "branch", zone_id=999_999), "zone"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_its_field(session, unfit, field):
    refusal = refused(session, UnfitPlace, "Correct what is marked", add_institution, SYSTEM, unfit)
    assert list(refusal.fields) == [field]


def test_segou_beside_segou_with_an_accent_is_asked_about(session, make):
    centre = make.institution("centre")
    add_institution(session, SYSTEM, draft("Ségou", parent_id=centre))
    again = draft("SEGOU", parent_id=centre)
    refused(
        session, SimilarName, "Did you mean “Antenne de Ségou” (antenne-de-segou)?",
        add_institution, SYSTEM, again,
    )  # fmt: skip
    add_institution(session, SYSTEM, draft("Segou"))
    id = add_institution(session, SYSTEM, again, is_other=True)
    assert get_institution(session, id).key == "antenne-de-segou-3"


def test_nothing_comes_below_what_is_closed(session, make):
    centre = make.institution("centre")
    branch = make.institution("branch")
    close_institution(session, SYSTEM, centre, TODAY, today=TODAY)
    refused(
        session, ParentClosed, "takes in nothing new",
        add_institution, SYSTEM, draft(parent_id=centre),
    )  # fmt: skip
    refused(session, ParentClosed, "Reopen it", move_institution, SYSTEM, branch, centre)


def test_as_many_levels_as_paths_hold_fit_and_no_more(session, make):
    id = None
    for level in range(MOST_LEVELS):
        id = make.institution(f"level-{level}", parent_id=id)
    refused(
        session, TooDeep, "At most 20 levels", add_institution, SYSTEM, draft(parent_id=id)
    )  # fmt: skip


# --- Editing and moving -------------------------------------------------------------------------------


def test_an_institution_is_renamed_and_keeps_key_and_place(session, make):
    centre, country = make.institution("centre"), make.zone()
    branch = make.institution("branch", parent_id=centre)
    edit_institution(
        session, SYSTEM, branch, draft("Gao", key="ignored", parent_id=None, zone_id=country)
    )
    facts = get_institution(session, branch)
    assert (facts.key, facts.path, facts.kind) == ("branch", f"/{centre}/{branch}/", "branch")
    assert (facts.name["fr"], facts.zone_id) == ("Antenne de Gao", country)


def test_renaming_into_a_siblings_name_is_asked_about_but_ones_own_is_not(session, make):
    one = add_institution(session, SYSTEM, draft("Ségou"))
    two = add_institution(session, SYSTEM, draft("Gao"))
    refused(
        session, SimilarName, "Did you mean “Antenne de Ségou”",
        edit_institution, SYSTEM, two, draft("Segou"),
    )  # fmt: skip
    edit_institution(session, SYSTEM, one, draft("SÉGOU"))
    edit_institution(session, SYSTEM, two, draft("Segou"), is_other=True)
    assert get_institution(session, two).name["en"] == "Segou Branch"


def test_a_move_takes_along_all_that_lies_below_and_nothing_else(session, make):
    top = make.institution("top")
    other = make.institution("other")
    moved = make.institution("moved", parent_id=top)
    below = make.institution("below", parent_id=moved)
    deep = make.institution("deep", parent_id=below)
    stays = make.institution("stays", parent_id=top)

    move_institution(session, SYSTEM, moved, other)

    session.expire_all()
    assert path_of(session, moved) == f"/{other}/{moved}/"
    assert path_of(session, below) == f"/{other}/{moved}/{below}/"
    assert path_of(session, deep) == f"/{other}/{moved}/{below}/{deep}/"
    assert path_of(session, stays) == f"/{top}/{stays}/"
    move_institution(session, SYSTEM, moved, None)
    assert path_of(session, deep) == f"/{moved}/{below}/{deep}/"
    assert get_institution(session, moved).parent_id is None
    move_institution(session, SYSTEM, moved, None)
    assert path_of(session, moved) == f"/{moved}/"


def test_nothing_is_moved_below_itself(session, make):
    top = make.institution("top")
    below = make.institution("below", parent_id=top)
    for target in (top, below):
        refused(session, Cycle, "below itself", move_institution, SYSTEM, top, target)


def test_a_move_beside_a_similar_name_is_asked_about(session, make):
    centre = make.institution("centre")
    add_institution(session, SYSTEM, draft("Ségou", parent_id=centre))
    id = add_institution(session, SYSTEM, draft("Segou"))
    refused(session, SimilarName, "Did you mean", move_institution, SYSTEM, id, centre)
    move_institution(session, SYSTEM, id, centre, is_other=True)
    assert get_institution(session, id).parent_id == centre


# --- Closing and deleting -----------------------------------------------------------------------------


def test_what_is_closed_is_reopened(session, make):
    centre = make.institution("centre")
    close_institution(session, SYSTEM, centre, date(2026, 1, 31), today=TODAY)
    assert get_institution(session, centre).closed_on == date(2026, 1, 31)
    reopen_institution(session, SYSTEM, centre)
    assert get_institution(session, centre).closed_on is None


@pytest.mark.parametrize("day", [None, date(2026, 3, 3)])
def test_no_institution_is_closed_in_the_future_or_on_no_day(session, make, day):
    centre = make.institution("centre")
    refused(
        session, UnfitDay, "not in the future",
        close_institution, SYSTEM, centre, day, today=TODAY,
    )  # fmt: skip


def test_what_nothing_refers_to_is_deleted_with_its_seats(session, make):
    centre = make.institution("centre")
    branch = make.institution("branch", parent_id=centre)
    make.member_type("party")
    set_seats(session, SYSTEM, branch, {"party": 2})
    assert delete_institution(session, SYSTEM, branch) == centre
    assert delete_institution(session, SYSTEM, centre) is None
    assert list_tree(session, language="fr") == []


def test_what_others_lie_below_is_not_deleted(session, make):
    centre = make.institution("centre")
    make.institution("branch", parent_id=centre)
    refused(session, HasBranches, "lie below this one", delete_institution, SYSTEM, centre)


def test_a_branch_with_people_is_closed_and_not_deleted(session, make):
    branch = make.institution("branch")
    make.member_type("party")
    set_seats(session, SYSTEM, branch, {"party": 2})
    make.person(institution_id=branch)
    refused(session, InstitutionInUse, "Close it instead", delete_institution, SYSTEM, branch)
    assert [seat.count for seat in list_seats(session, branch)] == [2]


def test_a_branch_with_enrolments_and_certificates_is_not_deleted(session, make):
    make.courses()
    branch = make.institution("branch")
    learner = make.person(institution_id=branch)
    make.enrolment(learner)
    # Though the person has long left.
    session.execute(
        update(Membership).where(Membership.institution_id == branch).values(
            institution_id=make.institution("elsewhere")
        )
    )  # fmt: skip
    refused(session, InstitutionInUse, "certificates", delete_institution, SYSTEM, branch)


def test_a_branch_at_which_somebody_has_rights_is_not_deleted(session, make):
    branch = make.institution("branch")
    make.person(roles=(Role.OFFICER,), scope=Scope(ScopeKind.INSTITUTION, branch))
    refused(session, InstitutionInUse, "rights", delete_institution, SYSTEM, branch)


# --- Seats and types of members -------------------------------------------------------------------------


def test_seats_are_exactly_those_that_are_given(session, make):
    branch = make.institution("branch")
    for key in ("public-authority", "party", "civil-society"):
        make.member_type(key)
    set_seats(session, SYSTEM, branch, {"public-authority": 4, "party": 2, "civil-society": 0})
    assert [(seat.member_type, seat.count) for seat in list_seats(session, branch)] == [
        ("public-authority", 4), ("party", 2),
    ]  # fmt: skip
    assert get_institution(session, branch).seats == 6
    rows = session.execute(select(institution_seats)).mappings().all()
    assert {(row["member_type"], row["seats"]) for row in rows} == {
        ("party", 2), ("public-authority", 4),
    }  # fmt: skip
    set_seats(session, SYSTEM, branch, {"civil-society": 1})
    assert [(seat.name["en"], seat.count) for seat in list_seats(session, branch)] == [
        ("civil-society members", 1)
    ]


@pytest.mark.parametrize(
    ("seats", "sentence"),
    [
        ({"nobody": 1}, "no type of member with the key “nobody”"),
        ({"party": -1}, "from 0 to 1000"),
        ({"party": 1001}, "from 0 to 1000"),
    ],
)
def test_seats_of_no_type_or_no_count_are_refused(session, make, seats, sentence):
    branch = make.institution("branch")
    make.member_type("party")
    set_seats(session, SYSTEM, branch, {"party": 2})
    refusal = refused(session, UnfitPlace, sentence, set_seats, SYSTEM, branch, seats)
    assert list(refusal.fields) == [f"seats-{key}" for key in seats]


def test_a_type_of_member_is_renamed_and_keeps_its_key(session, make):
    id = make.member_type("party")
    rename_member_type(session, SYSTEM, id, {"fr": "Partis", "en": "Parties"})
    assert session.execute(select(MemberType.key, MemberType.name)).one() == (
        "party", {"fr": "Partis", "en": "Parties"},
    )  # fmt: skip


def test_types_of_members_have_keys_and_names(session, make):
    make.member_type("party")
    names = {"fr": "Société civile", "en": "Civil society"}
    refused(session, KeyTaken, "“party”", add_member_type, SYSTEM, names, key="party")
    refused(session, UnfitPlace, "lower-case", add_member_type, SYSTEM, names, key="a b")
    refused(session, UnfitPlace, "Give a name", add_member_type, SYSTEM, {"fr": "x"})
    refused(session, NotFound, "nothing", rename_member_type, SYSTEM, 999_999, names)
    add_member_type(session, SYSTEM, names)
    assert "societe-civile" in set(session.scalars(select(MemberType.key)))


def test_a_type_of_member_is_deleted_while_there_is_neither_seat_nor_person(session, make):
    branch, id = make.institution("branch"), make.member_type("party")
    set_seats(session, SYSTEM, branch, {"party": 1})
    refused(session, MemberTypeInUse, "can be renamed", delete_member_type, SYSTEM, id)
    set_seats(session, SYSTEM, branch, {})
    make.person(institution_id=branch)
    session.execute(update(Membership).values(member_type="party"))
    refused(session, MemberTypeInUse, "people are of this type", delete_member_type, SYSTEM, id)
    session.execute(update(Membership).values(member_type=None))
    delete_member_type(session, SYSTEM, id)
    assert session.scalar(select(func.count()).select_from(MemberType)) == 0


# --- Zones ----------------------------------------------------------------------------------------------


def test_zones_lie_in_wider_ones(session):
    country = add_zone(session, SYSTEM, zone("Sagara", "country"))
    region = add_zone(session, SYSTEM, zone("Lorokoro", "region", country))
    commune = add_zone(session, SYSTEM, zone("Tassona", "commune", region))
    embassy = add_zone(session, SYSTEM, zone("Dakar", "embassy", country))
    assert path_of(session, commune, Zone) == f"/{country}/{region}/{commune}/"
    for unfit in (
        zone("Top", "region"),
        zone("X", "country", country),
        zone("X", "cercle", commune),
        zone("X", "embassy", region),
        zone("X", "commune", embassy),
    ):
        refused(session, UnfitZoneKind, "A zone lies in a wider one", add_zone, SYSTEM, unfit)
    rows = session.execute(select(zone_names)).mappings().all()
    assert {row["zone_id"] for row in rows} == {country, region, commune, embassy}


def test_a_zones_kind_fits_what_it_lies_in_and_what_lies_in_it(session):
    country = add_zone(session, SYSTEM, zone("Sagara", "country"))
    region = add_zone(session, SYSTEM, zone("Lorokoro", "region", country))
    add_zone(session, SYSTEM, zone("Tassona", "commune", region))
    edit_zone(session, SYSTEM, region, zone("Lorokoro Nord", "cercle"))
    for kind in ("commune", "country", "embassy"):
        refused(
            session, UnfitZoneKind, "wider one", edit_zone, SYSTEM, region, zone("Lorokoro", kind)
        )
    refused(
        session, UnfitPlace, "country, region", edit_zone, SYSTEM, region, zone("Lorokoro", "shire")
    )  # fmt: skip
    assert session.get_one(Zone, region, populate_existing=True).name["fr"] == "Lorokoro Nord"


def test_a_zone_moves_with_what_lies_in_it_where_it_fits(session):
    country = add_zone(session, SYSTEM, zone("Sagara", "country"))
    north = add_zone(session, SYSTEM, zone("Nord", "region", country))
    south = add_zone(session, SYSTEM, zone("Sud", "region", country))
    cercle = add_zone(session, SYSTEM, zone("Kidal", "cercle", north))
    commune = add_zone(session, SYSTEM, zone("Tassona", "commune", cercle))
    add_zone(session, SYSTEM, zone("KIDAL.", "cercle", south))

    refused(session, SimilarName, "Did you mean “KIDAL.”", move_zone, SYSTEM, cercle, south)
    move_zone(session, SYSTEM, cercle, south, is_other=True)

    assert path_of(session, commune, Zone) == f"/{country}/{south}/{cercle}/{commune}/"
    refused(session, Cycle, "below itself", move_zone, SYSTEM, country, cercle)
    refused(session, UnfitZoneKind, "wider", move_zone, SYSTEM, north, south)
    refused(session, UnfitZoneKind, "wider", move_zone, SYSTEM, north, None)


def test_a_zone_in_which_anything_lies_is_not_deleted(session, make):
    country = add_zone(session, SYSTEM, zone("Sagara", "country"))
    region = add_zone(session, SYSTEM, zone("Nord", "region", country))
    branch = add_institution(session, SYSTEM, draft(zone_id=region))
    refused(session, ZoneInUse, "lie in this zone", delete_zone, SYSTEM, country)
    refused(session, ZoneInUse, "institutions", delete_zone, SYSTEM, region)
    delete_institution(session, SYSTEM, branch)
    assert delete_zone(session, SYSTEM, region) == country
    assert delete_zone(session, SYSTEM, country) is None


def test_zones_have_unique_keys_and_names(session, make):
    make.zone("country")
    refused(session, KeyTaken, "“country”", add_zone, SYSTEM, zone("X", "country", key="country"))
    add_zone(session, SYSTEM, zone("Sagara", "country"))
    refused(session, SimilarName, "(sagara)", add_zone, SYSTEM, zone("Ságara", "country"))
    refused(session, NotFound, "nothing", add_zone, SYSTEM, zone("X", "region", 999_999))


# --- Who may ----------------------------------------------------------------------------------------------


def every_call(institution_id: int, zone_id: int, type_id: int):
    name = {"fr": "x", "en": "x"}
    return [
        (add_institution, draft(parent_id=institution_id)),
        (add_institution, draft()),
        (edit_institution, institution_id, draft()),
        (move_institution, institution_id, None),
        (set_seats, institution_id, {}),
        (reopen_institution, institution_id),
        (delete_institution, institution_id),
        (add_zone, zone("x", "country")),
        (edit_zone, zone_id, zone("x", "country")),
        (move_zone, zone_id, None),
        (delete_zone, zone_id),
        (add_member_type, name),
        (rename_member_type, type_id, name),
        (delete_member_type, type_id),
    ]


@pytest.mark.parametrize("role", [None, Role.TRAINER, Role.OFFICER, Role.FACILITATOR])
def test_nobody_but_administrators_changes_anything(session, make, role):
    ids = (make.institution("centre"), make.zone(), make.member_type())
    actor = make.person(roles=(role,) if role else ())
    for call, *args in every_call(*ids):
        refused(session, NotFound, "not yours to see", call, actor, *args)
        refused(session, SignInRequired, "Sign in", call, NOBODY, *args)


def test_an_administrator_of_an_institution_changes_what_lies_below_and_nothing_else(session, make):
    top = make.institution("top")
    north = make.institution("north", parent_id=top)
    branch = make.institution("branch", parent_id=north)
    south = make.institution("south", parent_id=top)
    actor = administrator_at(make, north)

    new = add_institution(session, actor, draft("Gao", parent_id=branch))
    edit_institution(session, actor, north, draft("Nord"))
    move_institution(session, actor, new, north)
    close_institution(session, actor, branch, TODAY, today=TODAY)
    reopen_institution(session, actor, branch)
    delete_institution(session, actor, new)

    for call, *args in [
        (add_institution, draft(parent_id=south)),
        (add_institution, draft(parent_id=top)),
        (edit_institution, top, draft()),
        (edit_institution, south, draft()),
        (set_seats, south, {}),
        (move_institution, branch, south),
        (move_institution, branch, None),
        # What holds the actor's own right is moved, closed and deleted from above.
        (move_institution, north, branch),
        (delete_institution, north),
        (reopen_institution, north),
        (add_zone, zone("x", "country")),
        (add_member_type, {"fr": "x", "en": "x"}),
    ]:
        refused(session, NotFound, "not yours to see", call, actor, *args)
    refused(
        session, NotFound, "nothing", close_institution, actor, north, TODAY, today=TODAY
    )  # fmt: skip


# --- Reading -----------------------------------------------------------------------------------------------


def test_the_tree_is_read_by_name_and_each_after_what_it_lies_below(session):
    centre = add_institution(session, SYSTEM, draft("Centre"))
    for name in ("Zoé", "Élan", "abra", "Ségou"):
        add_institution(session, SYSTEM, draft(name, parent_id=centre))
    segou = find_institution_by_key(session, "antenne-de-segou")
    assert segou is not None
    add_institution(session, SYSTEM, draft("Bla", parent_id=segou.id))
    lines = list_tree(session, language="fr")
    assert [(line.facts.name["fr"].split()[-1], line.depth) for line in lines] == [
        ("Centre", 0), ("abra", 1), ("Élan", 1), ("Ségou", 1), ("Bla", 2), ("Zoé", 1),
    ]  # fmt: skip
    below = list_tree(session, language="fr", below=segou.path)
    assert [(line.facts.name["en"], line.depth) for line in below] == [
        ("Ségou Branch", 0), ("Bla Branch", 1),
    ]  # fmt: skip
    assert [facts.name["en"] for facts in list_children(session, centre, language="en")] == [
        "abra Branch", "Élan Branch", "Ségou Branch", "Zoé Branch",
    ]  # fmt: skip
    bla = below[1].facts
    assert [name["fr"].split()[-1] for _, name in list_path_names(session, bla.path)] == [
        "Centre", "Ségou", "Bla",
    ]  # fmt: skip
    assert [line.facts.id for line in search_lines(lines, "SEGOU antenne")] == [segou.id]
    assert [line.facts.id for line in search_lines(lines, "segou zoé")] == []


def test_paths_that_begin_with_the_same_digits_are_other_places(session, make):
    one = make.institution("one")
    others = [make.institution(f"n{number}") for number in range(12)]
    assert [line.facts.id for line in list_tree(session, language="fr", below=f"/{one}/")] == [one]
    assert len(list_tree(session, language="fr")) == 1 + len(others)
