"""One option is right, and one is chosen."""

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
    UnfitResponse,
)


class SingleChoice:
    """A question whose answer is one option; the right one has the fraction 1, the others 0."""

    name = "single_choice"

    def check(self, body: Body) -> None:
        """Raise `UnfitBody` unless exactly one option is right."""
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
        """Return the choice of one option, or of none, which takes an earlier choice back."""
        chosen = read_choices(body, response)
        if len(chosen) > 1:
            raise UnfitResponse(Message(N_("Only one option can be chosen here.")))
        return write_choices(chosen)

    def is_complete(self, body: Body, response: Response) -> bool:
        """Return whether an option is chosen."""
        return len(response["choices"]) == 1

    def grade(self, body: Body, response: Response | None) -> Fraction:
        """Return 1 for the right option, else 0."""
        return mark_choices(body, response)

    def right_response(self, body: Body) -> Response:
        """Return the choice of the right option."""
        return write_choices(list_keys(body, right=True))

    def examples(self, body: Body) -> Examples:
        """Return the right choice, and each wrong one."""
        everything = [option.key for option in read_options(body)]
        return Examples(
            right=(self.right_response(body),),
            partly_right=(),
            wrong=tuple(write_choices([key]) for key in list_keys(body, right=False)),
            malformed=(*malformed_choices(body), {"choices": everything}),
        )


def _list_fraction_problems(options: tuple[Option, ...]) -> Iterator[tuple[Place, Message]]:
    for at, option in enumerate(options):
        if option.fraction not in {0, 1}:
            text = N_("In a single choice, a fraction is 1 or 0.")
            yield ("options", at, "fraction"), Message(text)
    right = sum(option.fraction == 1 for option in options)
    if right != 1:
        text = N_("In a single choice, exactly one option has the fraction 1; here, %(count)s do.")
        yield ("options",), Message(text, {"count": right})
