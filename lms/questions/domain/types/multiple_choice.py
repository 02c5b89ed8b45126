"""Several options may be right, and any number is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

from lms.core.i18n import N_, Message
from lms.questions.domain.choices import (
    Option,
    list_keys,
    list_option_problems,
    malformed_choices,
    mark_choices,
    prepare_options,
    read_choices,
    read_options,
    render_options,
    write_choices,
)
from lms.questions.domain.interface import (
    Body,
    Examples,
    Place,
    Prepared,
    Response,
    ToHtml,
    UnfitBody,
)


class MultipleChoice:
    """A question whose right options share the mark, and whose wrong ones take some away."""

    name = "multiple_choice"

    def check(self, body: Body) -> None:
        """Raise `UnfitBody` unless the right options sum to 1 and each wrong one costs something."""
        options = read_options(body)
        problems = [*list_option_problems(options), *_list_fraction_problems(options)]
        if problems:
            raise UnfitBody(problems)

    def render(self, body: Body, to_html: ToHtml) -> dict[str, Any]:
        """Return every text as HTML."""
        return render_options(body, to_html)

    def prepare(self, body: Body, random: Random) -> Prepared:
        """Return the order of the options."""
        return prepare_options(body, random)

    def read_response(self, body: Body, response: object) -> Response:
        """Return the choice of any number of options."""
        return write_choices(read_choices(body, response))

    def is_complete(self, body: Body, response: Response) -> bool:
        """Return whether anything is chosen."""
        return bool(response["choices"])

    def grade(self, body: Body, response: Response | None) -> Fraction:
        """Return the sum of what is chosen, held between 0 and 1."""
        return mark_choices(body, response)

    def right_response(self, body: Body) -> Response:
        """Return the choice of all that is right."""
        return write_choices(list_keys(body, right=True))

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


def _list_fraction_problems(options: tuple[Option, ...]) -> Iterator[tuple[Place, Message]]:
    for at, option in enumerate(options):
        if option.fraction == 0 or abs(option.fraction) > 1:
            text = N_(
                "In a multiple choice, a right option’s fraction is above 0 and at most 1, and a "
                "wrong one’s is below 0 and at least -1."
            )
            yield ("options", at, "fraction"), Message(text)
    total = sum((option.fraction for option in options if option.fraction > 0), Fraction(0))
    if total != 1:
        text = N_("The fractions of the right options must sum to 1; here, they sum to %(total)s.")
        yield ("options",), Message(text, {"total": total})
    if all(option.fraction > 0 for option in options):
        # Else ticking everything would earn the full mark.
        yield ("options",), Message(N_("In a multiple choice, at least one option is wrong."))
