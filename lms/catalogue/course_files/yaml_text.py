"""YAML read as texts with their lines: every scalar stays what the author typed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from lms.core.i18n import N_, Message

# The way to a value: keys of mappings, indices of lists.
Place = tuple[str | int, ...]

# Deeper than any course file; a deeper one would exhaust the parser's stack.
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document: nested dicts and lists of texts, and the line of each key and item."""

    value: Any
    lines: Mapping[Place, int]

    def line(self, *place: str | int) -> int:
        """Return the line of what stands at `place`, or else of what should hold it."""
        while place not in self.lines:
            place = place[:-1]
        return self.lines[place]


class YamlFault(Exception):
    """A text that cannot be read as one plain YAML document; `problems` are lines and messages."""

    def __init__(self, problems: list[tuple[int, Message]]) -> None:
        self.problems = problems
        super().__init__(problems)


def read_yaml(text: str, first_line: int = 1) -> Document:
    """Read one document whose text begins at `first_line` of its file; raises `YamlFault`."""
    try:
        refused = list(_list_refused(text, first_line))
        node = None if refused else yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise YamlFault([(line, _invalid(error.problem or ""))]) from None
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, error.position)
        raise YamlFault([(line, _invalid(error.reason))]) from None
    if refused:
        raise YamlFault(refused)
    lines: dict[Place, int] = {(): first_line}
    problems: list[tuple[int, Message]] = []
    value = None if node is None else _read_node(node, (), first_line, lines, problems)
    if problems:
        raise YamlFault(problems)
    return Document(value, lines)


def _invalid(problem: str) -> Message:
    return Message(N_("This is not valid YAML: %(problem)s."), {"problem": problem})


def _list_refused(text: str, first_line: int) -> Iterator[tuple[int, Message]]:
    """Yield what YAML allows and a course does not need: a few aliases can stand for millions of lines."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        assert event.start_mark is not None, "the parser marks every event"
        line = first_line + event.start_mark.line
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            yield line, Message(N_("Anchors and aliases (& and *) are not allowed here."))
        elif getattr(event, "tag", None):
            yield line, Message(N_("Tags (!) are not allowed here."))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                yield line, Message(N_("This is nested too deeply."))
                return
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _read_node(
    node: yaml.Node,
    place: Place,
    first_line: int,
    lines: dict[Place, int],
    problems: list[tuple[int, Message]],
) -> Any:
    if isinstance(node, yaml.SequenceNode):
        items = []
        for index, item in enumerate(node.value):
            lines[*place, index] = first_line + item.start_mark.line
            items.append(_read_node(item, (*place, index), first_line, lines, problems))
        return items
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Any] = {}
        for key, item in node.value:
            line = first_line + key.start_mark.line
            if not isinstance(key, yaml.ScalarNode):
                problems.append((line, Message(N_("A key must be a plain word."))))
                continue
            if key.value in values:
                text = N_("The key “%(key)s” stands here twice.")
                problems.append((line, Message(text, {"key": key.value})))
            lines[*place, key.value] = line
            values[key.value] = _read_node(item, (*place, key.value), first_line, lines, problems)
        return values
    return node.value
