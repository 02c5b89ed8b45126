"""Every reading of an institution's desk."""

from lms.officers.queries.chosen import (
    ChosenPerson,
    OpenEnrolment,
    WaitingReminder,
    find_belonging,
    find_owner_id,
    list_chosen,
    list_open_enrolments,
    list_waiting_reminders,
)
from lms.officers.queries.figures import CountedPerson, Figures, get_figures, list_counted
from lms.officers.queries.overview import Headcount, Overview, get_overview
from lms.officers.queries.people import PeoplePage, PersonLine, Stay, get_people, list_people
from lms.officers.queries.person import PersonPage, get_person
from lms.officers.queries.places import (
    ModuleChoice,
    Place,
    PlaceName,
    get_place,
    list_desks,
    list_module_choices,
)
from lms.officers.queries.records import list_institution_credentials, list_members
from lms.officers.queries.seats import SeatsPage, get_seats
from lms.officers.queries.uploads import (
    UploadPreview,
    WaitingUpload,
    get_preview,
    list_waiting_uploads,
    lock_upload,
)

__all__ = [
    "ChosenPerson",
    "CountedPerson",
    "Figures",
    "Headcount",
    "ModuleChoice",
    "OpenEnrolment",
    "Overview",
    "PeoplePage",
    "PersonLine",
    "PersonPage",
    "Place",
    "PlaceName",
    "SeatsPage",
    "Stay",
    "UploadPreview",
    "WaitingReminder",
    "WaitingUpload",
    "find_belonging",
    "find_owner_id",
    "get_figures",
    "get_overview",
    "get_people",
    "get_person",
    "get_place",
    "get_preview",
    "get_seats",
    "list_chosen",
    "list_counted",
    "list_desks",
    "list_institution_credentials",
    "list_members",
    "list_module_choices",
    "list_open_enrolments",
    "list_people",
    "list_waiting_reminders",
    "list_waiting_uploads",
    "lock_upload",
]
