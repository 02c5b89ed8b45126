"""One option is right, and one is chosen."""

from __future__ import annotations

from collections.abc import Iterator

from lms.core.i18n import N_, Message
from lms.questions.domain.choices import (
    ChoiceType,
    Option,
    list_keys,
    malformed_choices,
    read_options,
    write_choices,
)
from lms.questions.domain.interface import (
    Body,
    Control,
    Examples,
    Place,
    Response,
    UnfitResponse,
)


class SingleChoice(ChoiceType):
    """A question whose answer is one option; the right one has the fraction 1, the others 0."""

    name = "single_choice"
    control = Control.RADIO

    def list_fraction_problems(
        self, body: Body, options: tuple[Option, ...]
    ) -> Iterator[tuple[Place, Message]]:
        """Yield what breaks the rule above."""
        for at, option in enumerate(options):
            if option.fraction not in {0, 1}:
                text = N_("In a single choice, a fraction is 1 or 0.")
                yield ("options", at, "fraction"), Message(text)
        right = sum(option.fraction == 1 for option in options)
        if right != 1:
            text = N_(
                "In a single choice, exactly one option has the fraction 1; here, %(count)s do."
            )
            yield ("options",), Message(text, {"count": right})

    def read_response(self, body: Body, response: object) -> Response:
        """Return the choice of one option, or of none, which takes an earlier choice back."""
        read = super().read_response(body, response)
        if len(read["choices"]) > 1:
            raise UnfitResponse(Message(N_("Only one option can be chosen here.")))
        return read

    def examples(self, body: Body) -> Examples:
        """Return the right choice, and each wrong one."""
        everything = [option.key for option in read_options(body)]
        return Examples(
            right=(self.right_response(body),),
            partly_right=(),
            wrong=tuple(write_choices([key]) for key in list_keys(body, right=False)),
            malformed=(*malformed_choices(body), {"choices": everything}),
        )
