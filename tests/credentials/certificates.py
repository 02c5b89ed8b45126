"""Certificates to print, each with everything that its kind may say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from lms.credentials.domain import CredentialKind
from lms.credentials.pdf import Certificate, Logo, Signatory

COURSES = Path(__file__).parents[2] / "courses"

LOGOS = tuple(
    Logo((COURSES / "mepa" / f"logo-{name}.svg").read_bytes(), "image/svg+xml", alt)
    for name, alt in (
        ("network", "Réseau de démonstration"),
        ("institute", "Institut imaginaire du scrutin"),
        ("observatory", "Observatoire fictif de la Rivière"),
    )
)
SIGNATORIES = (
    Signatory("Adjoa Ndongo-Vasseur", "Présidente de la commission de démonstration"),
    Signatory("Théodore Lindqvist-Traoré", "Directeur de la formation"),
)

CERTIFICATE = Certificate(
    kind=CredentialKind.COMPLETION,
    language="fr",
    number="SC-2026-00000042",
    code="ABCD-EFGH-JKMN-PQRS",
    holder="Aïssata Élodie Ouédraogo",
    module_title="Inscription et identification des électeurs",
    programme_title="Politique et administration électorales",
    minutes=90,
    score=Fraction(2, 3),
    completed_on=date(2026, 2, 15),
    issued_on=date(2026, 8, 16),
    expires_on=None,
    institution="Commission électorale de la Région du Fleuve",
    issuer="Scrutin, démonstration",
    signatories=(),
    logos=(),
    replaces=None,
    level=None,
    verify_url="https://formation.example.org/verify/ABCD-EFGH-JKMN-PQRS",
    # As long as what a usual certificate's code signs.
    qr_content="https://formation.example.org/verify/ABCD-EFGH-JKMN-PQRS#" + "04G7" * 89,
    specimen=False,
)
ENGLISH = replace(CERTIFICATE, language="en", module_title="Voter registration")
COMPLETION = replace(
    CERTIFICATE, signatories=SIGNATORIES, logos=LOGOS, expires_on=date(2029, 8, 16)
)
PARTICIPATION = replace(COMPLETION, kind=CredentialKind.PARTICIPATION, score=None)
ACCREDITATION = replace(
    COMPLETION,
    kind=CredentialKind.ACCREDITATION,
    score=None,
    module_title="",
    minutes=2400,
    level="Formatrice principale, deuxième niveau",
)
OF_EACH_KIND = (COMPLETION, PARTICIPATION, ACCREDITATION)
