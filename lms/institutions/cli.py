"""`flask institutions …`: the tree from a file."""

from __future__ import annotations

from flask.cli import AppGroup

institutions = AppGroup("institutions", help="Institutions, their branches and their places.")
