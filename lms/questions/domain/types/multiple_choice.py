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
    Response,
)


class MultipleChoice(ChoiceType):
    """A question whose right options share the mark, and whose wrong ones take some away.

    Where the body says `all_or_nothing`, exactly the right options earn it: theirs is the fraction 1, the others' 0.
    """

    name = "multiple_choice"
    control = Control.CHECKBOXES

    def list_fraction_problems(
        self, body: Body, options: tuple[Option, ...]
    ) -> Iterator[tuple[Place, Message]]:
        """Yield what breaks the rules above."""
        if _is_all_or_nothing(body):
            yield from self._list_all_or_nothing_problems(options)
        else:
            yield from self._list_share_problems(options)
        if all(option.fraction > 0 for option in options):
            # Else ticking everything would earn the full mark.
            yield ("options",), Message(N_("In a multiple choice, at least one option is wrong."))

    def _list_all_or_nothing_problems(
        self, options: tuple[Option, ...]
    ) -> Iterator[tuple[Place, Message]]:
        for at, option in enumerate(options):
            if option.fraction not in {0, 1}:
                text = N_("With all_or_nothing, a fraction is 1 or 0.")
                yield ("options", at, "fraction"), Message(text)
        if not any(option.fraction == 1 for option in options):
            text = N_("With all_or_nothing, at least one option has the fraction 1.")
            yield ("options",), Message(text)

    def _list_share_problems(self, options: tuple[Option, ...]) -> Iterator[tuple[Place, Message]]:
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

    def grade(self, body: Body, response: Response | None, language: str) -> Fraction:
        """Return the sum of what is chosen or, with `all_or_nothing`, 1 for exactly what is right."""
        if not _is_all_or_nothing(body):
            return super().grade(body, response, language)
        chosen = set() if response is None else set(response["choices"])
        return Fraction(int(chosen == set(list_keys(body, right=True))))

    def examples(self, body: Body) -> Examples:
        """Return all that is right, parts of it, and what is wrong."""
        right = list_keys(body, right=True)
        wrong = list_keys(body, right=False)
        parts = tuple(write_choices([key]) for key in right) if len(right) > 1 else ()
        almost = (*parts, *(write_choices([*right, key]) for key in wrong))
        return Examples(
            right=(self.right_response(body),),
            partly_right=() if _is_all_or_nothing(body) else parts,
            wrong=(
                write_choices(wrong),
                *(write_choices([key]) for key in wrong),
                *(almost if _is_all_or_nothing(body) else ()),
            ),
            malformed=malformed_choices(body),
        )


def _is_all_or_nothing(body: Body) -> bool:
    return bool(body["all_or_nothing"])
