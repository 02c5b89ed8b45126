"""Certificates and transcripts on paper, over ornaments that we draw.

A certificate is one page, set by xhtml2pdf; a transcript is as many as it takes. Importing this costs a quarter of a
second and 60 MB: import it where a document is made.
"""

from lms.credentials.pdf.certificate import Certificate, Logo, Signatory
from lms.credentials.pdf.rendering import render_certificate
from lms.credentials.pdf.transcript import Transcript, TranscriptLine, render_transcript

__all__ = [
    "Certificate",
    "Logo",
    "Signatory",
    "Transcript",
    "TranscriptLine",
    "render_certificate",
    "render_transcript",
]
