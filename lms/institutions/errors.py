"""What is refused about institutions, zones and types of members, and why."""

from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_


class UnfitPlace(Invalid):
    """Fields of a form that cannot be used; `fields` says which."""

    text = N_("Correct what is marked, and send it again.")


class UnfitZoneKind(Invalid):
    """The zone would lie in one that is not wider."""

    text = N_(
        "A zone lies in a wider one: a commune in a cercle, region or country, a cercle in a region or country, "
        "a region or an embassy in a country. A country lies in none."
    )


class TooDeep(Invalid):
    """The path would not fit its column."""

    text = N_("At most %(most)s levels can lie below one another. Choose a place further up.")


class Cycle(Conflict):
    """It would lie below itself."""

    text = N_("This cannot lie below itself. Choose another place for it.")


class SimilarName(Conflict):
    """Something beside it has this name but for accents, case or punctuation; the actor may say that it is another."""

    text = N_(
        "Did you mean “%(name)s” (%(key)s)? It is in the same place under nearly the same name."
    )


class KeyTaken(Conflict):
    """Keys are unique and never change."""

    text = N_("The key “%(key)s” is in use. Choose another one.")


class ParentClosed(Conflict):
    """Nothing comes below what is closed."""

    text = N_("What is closed takes in nothing new. Reopen it first, or choose another place.")


class UnknownParent(Invalid):
    """The place that it was to lie in is not there, or not the actor's to change."""

    text = N_("There is no “%(key)s” below which you may put it.")


class HasBranches(Conflict):
    """Something lies below it."""

    text = N_("Other institutions lie below this one. Delete them or move them first.")


class InstitutionInUse(Conflict):
    """People, enrolments, rights, downloads: what has a history is closed."""

    text = N_(
        "People, enrolments, certificates, rights or downloads refer to this institution, so it cannot be deleted. "
        "Close it instead: it takes in nobody from then on, and what was stays."
    )


class UnfitDay(Invalid):
    """The last day lies in the future, or is no day."""

    text = N_("Give the last day as a date that is not in the future.")


class ZoneInUse(Conflict):
    """Zones or institutions lie in it."""

    text = N_("Zones or institutions lie in this zone. Delete them or move them first.")


class MemberTypeInUse(Conflict):
    """Seats or members are of it."""

    text = N_("Seats or people are of this type, so it cannot be deleted. It can be renamed.")


class UnfitFile(Invalid):
    """A column is missing or is not known."""

    text = N_(
        "The columns of this file do not fit: %(columns)s. A file of this kind has the columns %(known)s; only the "
        "first is always needed."
    )


class PreviewOutdated(Conflict):
    """Applied, the file would do something else than was shown."""

    text = N_(
        "Things have changed since the preview, so nothing was imported yet. This is what the file would do now."
    )
