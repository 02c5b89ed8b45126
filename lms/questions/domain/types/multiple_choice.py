"""Several options may be right, and any number is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from lms.core.i18n import N_, Message
from lms.questions.domain.choices import (
    ChoiceType,
    Option,
    list_keys,
    malformed_choices,
    write_choices,
)
from lms.questions.domain.interface import (
    Body,
    Control,
    Examples,
    Place,
)


class MultipleChoice(ChoiceType):
    """A question whose right options share the mark, and whose wrong ones take some away."""

    name = "multiple_choice"
    control = Control.CHECKBOXES

    def list_fraction_problems(
        self, options: tuple[Option, ...]
    ) -> Iterator[tuple[Place, Message]]:
        """Yield what breaks the rule above."""
        for at, option in enumerate(options):
            if option.fraction == 0 or abs(option.fraction) > 1:
                text = N_(
                    "In a multiple choice, a right option’s fraction is above 0 and at most 1, and a "
                    "wrong one’s is below 0 and at least -1."
                )
                yield ("options", at, "fraction"), Message(text)
        total = sum((option.fraction for option in options if option.fraction > 0), Fraction(0))
        if total != 1:
            text = N_(
                "The fractions of the right options must sum to 1; here, they sum to %(total)s."
            )
            yield ("options",), Message(text, {"total": total})
        if all(option.fraction > 0 for option in options):
            # Else ticking everything would earn the full mark.
            yield ("options",), Message(N_("In a multiple choice, at least one option is wrong."))

    def examples(self, body: Body) -> Examples:
        """Return all that is right, parts of it, and what is wrong."""
        right = list_keys(body, right=True)
        wrong = list_keys(body, right=False)
        return Examples(
            right=(self.right_response(body),),
            partly_right=tuple(write_choices([key]) for key in right) if len(right) > 1 else (),
            wrong=(write_choices(wrong), *(write_choices([key]) for key in wrong)),
            malformed=malformed_choices(body),
        )
