"""Every reading of an institution's desk."""

from lms.officers.queries.uploads import (
    UploadPreview,
    WaitingUpload,
    get_preview,
    list_waiting_uploads,
    lock_upload,
)

__all__ = [
    "UploadPreview",
    "WaitingUpload",
    "get_preview",
    "list_waiting_uploads",
    "lock_upload",
]
