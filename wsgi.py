"""The application for a WSGI server: `granian --interface wsgi wsgi:app`, and for `flask`."""

import sys

from sqlalchemy.exc import OperationalError

from config import BadSetting, load_config
from lms.app import create_app
from lms.demo import refuse_demo_people

try:
    app = create_app(load_config())
    refuse_demo_people(app)
except BadSetting as error:
    sys.exit(f"Cannot start: {error}")
except (OSError, OperationalError) as error:
    # `orig` is the database's own sentence, without the statement.
    sys.exit(f"Cannot start, DATABASE_URL cannot be used: {getattr(error, 'orig', error)}")
