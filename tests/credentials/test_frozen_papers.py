"""Signatories and logos on a certificate are those of the day on which it was issued."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from lms.core.storage import storage
from lms.credentials import queries
from lms.credentials.models import Credential
from lms.learning.commands import complete_activity
from tests.catalogue.small_course import FILES
from tests.catalogue.test_certificate_blocks import BLOCK, SVG, draw_png
from tests.conftest import NOW
from tests.jobs.waiting import run_waiting
from tests.made_courses import Listed, MadeModule

MODULE = MadeModule(activities=(Listed("reading"),))


@pytest.fixture
def load(make, tmp_path: Path) -> Any:
    """Load the module, its programme with what is to stand on its certificates."""

    def write_and_load(block: str, drawing: str) -> None:
        MODULE.write(tmp_path)
        text = FILES["shelf/programme.yaml"] + block
        (tmp_path / "made" / "programme.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "made" / "hill.svg").write_text(drawing, encoding="utf-8")
        (tmp_path / "made" / "sea.png").write_bytes(draw_png())
        make.courses(tmp_path)

    return write_and_load


def test_a_certificate_shows_what_its_programme_had_when_it_was_issued(app, session, make, load):
    load(BLOCK, SVG)
    awa = make.person("Awa", "Koné")
    complete_activity(session, awa, make.enrolment(awa, "lists"), "reading", now=NOW)
    session.commit()
    load(BLOCK.replace("Ada", "Zoé"), SVG.replace("M0 40", "M5 40"))

    run_waiting(app)

    view = queries.find_by_id(session, session.query(Credential.id).scalar())
    assert view is not None
    for language, title, alt in (("fr", "Présidente", "Une colline"), ("en", "Chair", "A hill")):
        document = view.find_document(language)
        assert document is not None
        reader: Any = PdfReader(BytesIO(storage().read(document.storage_key)))
        text = " ".join(reader.pages[0].extract_text().split())
        assert f"Ada Exemple {title}" in text
        assert "Zoé" not in text
        kids = [kid.get_object() for kid in reader.trailer["/Root"]["/StructTreeRoot"]["/K"]["/K"]]
        assert next(kid["/Alt"] for kid in kids if kid["/S"] == "/Figure") == alt
        drawn = reader.pages[0].get_contents().get_data()
        # The hill as it was: its first point, as svglib writes it.
        assert b"0 40 m" in drawn
        assert b"5 40 m" not in drawn
