"""What marshmallow and webargs say of a request's values, in the reader's language.

They hand over finished English sentences, bounds included; each is found again by its template.
"""

from __future__ import annotations

import re

from flask_babel import gettext as _

from lms.core.i18n import N_

# As marshmallow 4 and webargs 8 word them, for the fields and validators that our schemas use.
TEMPLATES = (
    N_("Missing data for required field."),
    N_("Field may not be null."),
    N_("Unknown field."),
    N_("Invalid input type."),
    N_("Not a valid string."),
    N_("Not a valid integer."),
    N_("Not a valid list."),
    N_("Must be one of: %(choices)s."),
    N_("Shorter than minimum length %(min)s."),
    N_("Longer than maximum length %(max)s."),
    N_("Length must be between %(min)s and %(max)s."),
    N_("Must be greater than or equal to %(min)s and less than or equal to %(max)s."),
    N_("Invalid JSON body."),
)

PLACEHOLDER = re.compile(r"%\\\((\w+)\\\)s")


def _pattern(template: str) -> re.Pattern[str]:
    """Return the pattern of what marshmallow makes of `template`."""
    return re.compile(PLACEHOLDER.sub(r"(?P<\1>.+)", re.escape(template)), re.DOTALL)


PATTERNS = {template: _pattern(template) for template in TEMPLATES}


def translate_validation(sentence: str) -> str:
    """Return the sentence in the reader's language; one of our own validators is looked up as it is."""
    for template, pattern in PATTERNS.items():
        if match := pattern.fullmatch(sentence):
            return _(template, **match.groupdict())
    return _(sentence)
