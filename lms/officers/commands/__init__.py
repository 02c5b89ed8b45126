"""Every write of an institution's desk."""

from lms.officers.commands.people import move_member
from lms.officers.commands.uploads import (
    apply_upload,
    keep_upload,
    purge_uploads,
    remove_upload,
)

__all__ = ["apply_upload", "keep_upload", "move_member", "purge_uploads", "remove_upload"]
