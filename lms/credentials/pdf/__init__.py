"""The certificate on paper: one page, set by xhtml2pdf over a drawn ballot and its counterfoil.

Importing this costs a quarter of a second and 60 MB: import it where a certificate is made.
"""

from lms.credentials.pdf.certificate import Certificate
from lms.credentials.pdf.rendering import render_certificate

__all__ = ["Certificate", "render_certificate"]
