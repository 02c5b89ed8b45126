"""PAdES signatures, by pyHanko: it is heavy, so only workers and the command line import this."""

from __future__ import annotations

from io import BytesIO

from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.keys.internal import translate_pyca_cryptography_key_to_asn1
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import ValueErrorWithMessage
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lms.credentials.keys import PrivateKey

FIELD = "Signature"
# Room for all but the certificates and their names. pyHanko would sign twice to find out how much is needed.
_BYTES_BESIDE_CERTIFICATES = 1024


def sign_document(content: bytes, private: PrivateKey, certificates: str) -> bytes:
    """Return the PDF with an invisible PAdES signature (B-B) over all of it, which allows no later change.

    It is added behind the document, whose bytes and structure stay as they are. Nothing is fetched
    from a network: no timestamp, no revocation.
    """
    chain = [*load_certs_from_pemder_data(certificates.encode("ascii"))]
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # the package says that it is typed
    store.register_multiple(chain)
    signer = SimpleSigner(
        signing_cert=chain[0],
        signing_key=translate_pyca_cryptography_key_to_asn1(private),
        cert_registry=store,
    )
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    # The first one once more, as the signature also names its issuer.
    room = sum(len(certificate.dump()) for certificate in [chain[0], *chain])
    room += _BYTES_BESIDE_CERTIFICATES
    signed = PdfSigner(metadata, signer).sign_pdf(
        IncrementalPdfFileWriter(BytesIO(content)),
        # Each byte is written as two hexadecimal digits.
        bytes_reserved=2 * room,
    )
    result: bytes = signed.getvalue()
    return result


def holds_signature(content: bytes, certificates: str) -> bool:
    """Say whether the PDF has one signature, over all of it, by the key of the first certificate.

    That certificate is trusted as it is, past its time too: whether the key was ours is not for a network to say.
    """
    own = next(load_certs_from_pemder_data(certificates.encode("ascii")))
    try:
        (signature,) = PdfFileReader(BytesIO(content)).embedded_signatures
        if signature.signer_cert.dump() != own.dump():
            return False
        trust = ValidationContext(trust_roots=[own], allow_fetching=False)
        status = validate_pdf_signature(signature, trust)
    except (PdfError, ValueErrorWithMessage, ValueError):
        return False
    return bool(status.bottom_line) and status.coverage is SignatureCoverageLevel.ENTIRE_FILE
