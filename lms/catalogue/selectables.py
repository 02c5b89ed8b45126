"""SQL that rooms above may join, for lists that are sorted or paged across rooms."""

from sqlalchemy import select

from lms.catalogue.models import Activity, Module, ModuleVersion, Programme

_MODULE_FACTS = (
    Module.id.label("module_id"),
    Module.slug,
    Module.programme_id,
    Programme.key.label("programme_key"),
    Programme.title.label("programme_title"),
    Programme.summary.label("programme_summary"),
    ModuleVersion.id.label("version_id"),
    ModuleVersion.code,
    ModuleVersion.title,
    ModuleVersion.summary,
    ModuleVersion.source_language,
    ModuleVersion.languages,
    ModuleVersion.prerequisites,
    ModuleVersion.minutes,
    ModuleVersion.required_count,
    ModuleVersion.valid_months,
    ModuleVersion.offers_participation,
    Programme.signatories.label("programme_signatories"),
    Programme.logos.label("programme_logos"),
)

# One row a published module, as its current version says.
module_facts = (
    select(*_MODULE_FACTS)
    .join(ModuleVersion, ModuleVersion.id == Module.current_version_id)
    .join(Programme, Programme.id == Module.programme_id)
    .subquery("module_facts")
)

# The same of every version that was ever published.
version_facts = (
    select(*_MODULE_FACTS)
    .join(ModuleVersion, ModuleVersion.module_id == Module.id)
    .join(Programme, Programme.id == Module.programme_id)
    .subquery("version_facts")
)

# One row an activity of any version; `is_current` says whether that version is the published one.
activity_titles = (
    select(
        Activity.id.label("activity_id"),
        Activity.key,
        Activity.title,
        Activity.position,
        ModuleVersion.module_id,
        (Module.current_version_id == ModuleVersion.id).label("is_current"),
    )
    .join(ModuleVersion, ModuleVersion.id == Activity.version_id)
    .join(Module, Module.id == ModuleVersion.module_id)
    .subquery("activity_titles")
)
