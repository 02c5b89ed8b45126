"""The certificate on paper: one page, set by xhtml2pdf over a paper that we draw.

Importing this costs a quarter of a second and 60 MB: import it where a certificate is made.
"""

from lms.credentials.pdf.certificate import Certificate, Logo, Signatory
from lms.credentials.pdf.rendering import render_certificate

__all__ = ["Certificate", "Logo", "Signatory", "render_certificate"]
