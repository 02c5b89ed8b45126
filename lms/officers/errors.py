"""What an institution's desk refuses."""

from lms.core.errors import NotFound
from lms.core.i18n import N_


class NoSuchUpload(NotFound):
    """There is none, it is somebody else's, it was applied, or its day is over."""

    text = N_(
        "This list is not here: it was applied already, or more than a day has passed. You may upload it again: "
        "who is there already is recognised."
    )
