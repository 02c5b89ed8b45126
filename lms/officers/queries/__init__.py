"""Every reading of an institution's desk."""

from lms.officers.queries.figures import CountedPerson, Figures, get_figures, list_counted
from lms.officers.queries.uploads import (
    UploadPreview,
    WaitingUpload,
    get_preview,
    list_waiting_uploads,
    lock_upload,
)

__all__ = [
    "CountedPerson",
    "Figures",
    "UploadPreview",
    "WaitingUpload",
    "get_figures",
    "get_preview",
    "list_counted",
    "list_waiting_uploads",
    "lock_upload",
]
