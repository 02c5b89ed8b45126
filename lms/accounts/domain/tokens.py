"""What a token of the API may be used for, and for how long."""

from datetime import timedelta
from enum import StrEnum

DEFAULT_LIFETIME = timedelta(days=30)
LONGEST_LIFETIME = timedelta(days=365)


class TokenScope(StrEnum):
    """`read` for what changes nothing, `write` for the rest."""

    READ = "read"
    WRITE = "write"
