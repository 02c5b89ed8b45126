"""Puts the application together: the only file that knows every room."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from config import Config
from lms import (
    accounts,
    catalogue,
    credentials,
    demo,
    jobs,
    learning,
    officers,
    questions,
    quizzes,
)
from lms.accounts import api as accounts_api
from lms.accounts import cli as accounts_cli
from lms.accounts import pages as accounts_pages
from lms.accounts.domain import MembershipConfirmed, NameConfirmed
from lms.catalogue import api as catalogue_api
from lms.catalogue import cli as catalogue_cli
from lms.catalogue import pages as catalogue_pages
from lms.catalogue.domain import ModulePublished
from lms.core import cli as core_cli
from lms.core import migrations
from lms.core.db import Database
from lms.core.events import Events
from lms.core.storage import FolderStorage
from lms.credentials import api as credentials_api
from lms.credentials import cli as credentials_cli
from lms.credentials import pages as credentials_pages
from lms.credentials import tasks as credentials_tasks
from lms.credentials.domain import NamesErased
from lms.institutions import cli as institutions_cli
from lms.institutions import pages as institutions_pages
from lms.jobs import api as jobs_api
from lms.jobs import cli as jobs_cli
from lms.learning import api as learning_api
from lms.learning import pages as learning_pages
from lms.learning.domain import ModuleCompleted
from lms.officers import api as officers_api
from lms.officers import pages as officers_pages
from lms.officers import tasks as officers_tasks
from lms.questions import pages as questions_pages
from lms.quizzes import api as quizzes_api
from lms.quizzes import cli as quizzes_cli
from lms.quizzes import pages as quizzes_pages
from lms.quizzes import tasks as quizzes_tasks
from lms.web import Carrier, api_pages, setup
from lms.web import pages as web_pages

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"

# What a lower room tells, and who hears it, in the same transaction.
SUBSCRIBERS = (
    (ModulePublished, learning.follow_publication),
    (MembershipConfirmed, learning.follow_membership),
    (ModuleCompleted, credentials.issue_on_completion),
    (NameConfirmed, credentials.issue_on_confirmation),
    (NamesErased, officers.let_go_of_names),
)

# The kinds of activity, and the page of each.
KINDS = (
    (catalogue.LessonKind(), learning_pages.show_lesson),
    (quizzes.QuizKind(), quizzes_pages.show_quiz),
)

# Who names an institution or a type of member without a foreign key, so that it must not be deleted.
INSTITUTION_USES = (accounts.has_grants_at,)
MEMBER_TYPE_USES = (accounts.has_members_of_type,)

# What belongs to a module as a whole in its course files.
PARTS = (questions.BankPart(),)

# What workers do when it is asked for.
TASKS = (
    credentials_tasks.make_documents,
    credentials_tasks.make_transcript,
    officers_tasks.make_bundle,
)

# What workers do every so often.
SWEEPS = (
    quizzes_tasks.close_overdue,
    quizzes_tasks.reveal_scores,
    officers_tasks.purge_uploads,
    officers_tasks.remove_old_bundles,
    credentials_tasks.retry_documents,
    credentials_tasks.remove_erased_files,
    credentials_tasks.remove_old_transcripts,
)

# Which forms are carried over a sign-in, and who takes them.
CARRIED = (quizzes_pages.CARRIED,)

PAGES = (
    web_pages.pages,
    *accounts_pages.PAGES,
    *institutions_pages.PAGES,
    catalogue_pages.pages,
    learning_pages.pages,
    questions_pages.pages,
    *quizzes_pages.PAGES,
    *credentials_pages.PAGES,
    *officers_pages.PAGES,
)

OPERATIONS = (
    accounts_api.api,
    catalogue_api.api,
    learning_api.api,
    quizzes_api.api,
    credentials_api.api,
    officers_api.api,
    jobs_api.api,
)

COMMANDS = (
    core_cli.database,
    jobs_cli.jobs,
    accounts_cli.people,
    institutions_cli.institutions,
    catalogue_cli.courses,
    quizzes_cli.quizzes,
    credentials_cli.credentials,
    demo.demo,
)


def create_app(config: Config) -> Flask:
    """Return the application for these settings. It touches neither the database nor the files yet."""
    app = Flask(__name__, static_folder="web/static", template_folder=None)
    database = Database(config.database_url)
    storage = FolderStorage(config.files_url)
    app.extensions.update(
        config=config,
        database=database,
        storage=storage,
        jobs=jobs.Jobs(config.database_url, TASKS, SWEEPS),
        events=Events(SUBSCRIBERS),
        kinds=catalogue.Kinds([kind for kind, _page in KINDS], PARTS),
        activity_pages={kind.name: page for kind, page in KINDS},
        module_standing=learning.find_standing,
        dashboard_notices=officers_pages.list_notices,
        certificate_standing=credentials.find_certificates,
        question_uses=quizzes.find_question_uses,
        question_statistics=quizzes.find_question_figures,
        institution_uses=INSTITUTION_USES,
        member_type_uses=MEMBER_TYPE_USES,
        carrier=Carrier(CARRIED, config.secret_key),
        after_upgrade=[lambda: jobs.create_dbos_tables(config.database_url)],
        readiness={
            "database": lambda: migrations.is_current(database),
            "jobs": lambda: _jobs_are_ready(database),
            "files": storage.is_ready,
        },
    )
    setup(
        app,
        translations=TRANSLATIONS,
        load_by_session=accounts_pages.load_by_session,
        load_by_request=accounts_api.load_by_request,
    )
    app.before_request(accounts_pages.lead_to_password_change)
    for pages in PAGES:
        app.register_blueprint(pages)
    _setup_api(app)
    for group in COMMANDS:
        app.cli.add_command(group)
    return app


def _jobs_are_ready(database: Database) -> bool:
    with database.reading() as session:
        return jobs.is_ready(session)


def _setup_api(app: Flask) -> None:
    # As the schemas have them: what names a thing comes first.
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's own provider has it
    app.config.update(
        API_TITLE="Scrutin",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = api_pages.ProblemApi(app, spec_kwargs=api_pages.SPECIFICATION)
    app.extensions["api"] = api
    app.before_request(accounts_api.check_token_scope)
    for operations in OPERATIONS:
        api.register_blueprint(operations, url_prefix="/api/v1")
    app.register_blueprint(api_pages.pages)
