"""The rules between modules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lms.catalogue.domain.course import ModuleCourse
from lms.catalogue.domain.faults import Fault
from lms.core.i18n import N_, Message

# Slug -> slugs of the modules to complete before.
Prerequisites = Mapping[str, Sequence[str]]


def list_prerequisite_faults(
    modules: Iterable[ModuleCourse], others: Prerequisites
) -> Iterator[Fault]:
    """Yield a fault for each prerequisite that is nowhere, or that leads back to its module.

    `others` are the modules that exist beside those that were read.
    """
    read = {module.manifest.slug: module for module in modules}
    graph = {
        **others,
        **{slug: module.manifest.prerequisites for slug, module in read.items()},
    }
    for slug, module in read.items():
        for wanted in module.manifest.prerequisites:
            if wanted not in graph:
                text = N_("The prerequisite “%(slug)s” is not a module.")
            elif slug in _reachable(wanted, graph):
                text = N_("The prerequisite “%(slug)s” leads back to this module.")
            else:
                continue
            line = module.manifest.prerequisites_line
            yield Fault(f"{module.path}/module.yaml", line, Message(text, {"slug": wanted}))


def _reachable(start: str, graph: Prerequisites) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        slug = waiting.pop()
        if slug not in found:
            found.add(slug)
            waiting.extend(graph.get(slug, ()))
    return found
