"""What time does to an institution's desk: the worker sweeps."""

from __future__ import annotations

from datetime import datetime

from lms import jobs
from lms.core.db import unit_of_work
from lms.officers import commands


@jobs.sweep("officers.purge_uploads", every=3600)
def purge_uploads(now: datetime) -> int:
    """Delete the lists of people that nobody applied for a day."""
    with unit_of_work() as session:
        return commands.purge_uploads(session, now=now)
