"""What a person may say of oneself for figures alone. Not saying it is an answer, too."""

from enum import StrEnum


class Sex(StrEnum):
    """As the figures count; nothing recorded means not stated."""

    FEMALE = "F"
    MALE = "M"
    OTHER = "other"


class AgeBand(StrEnum):
    """Years of age at the time of saying; a band, since no figure needs a date of birth."""

    UNDER_25 = "under-25"
    FROM_25 = "25-34"
    FROM_35 = "35-44"
    FROM_45 = "45-54"
    FROM_55 = "55-64"
    FROM_65 = "65-over"
