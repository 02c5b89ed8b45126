"""SQL that rooms above may join."""

from sqlalchemy import case, func, select

from lms.accounts.domain import NameOrder
from lms.accounts.models import Person

# One row a person, with the name as it is written out.
person_names = select(
    Person.id.label("person_id"),
    func.trim(
        case(
            (
                Person.name_order == NameOrder.FAMILY_FIRST,
                Person.family_names + " " + Person.given_names,
            ),
            else_=Person.given_names + " " + Person.family_names,
        )
    ).label("name"),
).subquery("person_names")
