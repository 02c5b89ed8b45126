"""The people to try with. A production configuration refuses to start while they exist."""

from dataclasses import dataclass

from lms.accounts.domain.people import PersonName
from lms.core.i18n import N_

DEMO_PASSWORD = "scrutin-demo"  # noqa: S105 (public: demo mode alone has these people)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One of them: address, invented name, and what the sign-in page says of the account."""

    email: str
    name: PersonName
    role: str


DEMO_PEOPLE = (
    DemoPerson("learner@example.org", PersonName("Aïssata Zoé", "Koné-N’Guessan"), N_("learner")),
    DemoPerson("trainer@example.org", PersonName("Théophile", "Ouédraogo"), N_("trainer")),
    DemoPerson("officer@example.org", PersonName("Maïmouna", "Bâ"), N_("institution officer")),
    DemoPerson("facilitator@example.org", PersonName("Kwame", "Adjétey"), N_("facilitator")),
    DemoPerson("admin@example.org", PersonName("Grace", "Mensah"), N_("administrator")),
)
