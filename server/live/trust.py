"""
Whom an agent believes to be the server: the system's certificate store, ``SSL_CERT_FILE``, and a hospital's own file.
"""

import ssl
from pathlib import Path


def trust(base_url: str, ca: Path | None = None) -> ssl.SSLContext | None:
    """
    What to check the server's certificate with; None for plain http. *ca* is trusted beside the system's store.

    Raises:
        ValueError: *ca* cannot be read or holds no certificate; the sentence says which file.
    """
    if not base_url.startswith("https:"):
        return None
    context = ssl.create_default_context()
    if ca is not None:
        try:
            context.load_verify_locations(cafile=ca)
        except ssl.SSLError as error:
            raise ValueError(f"--ca: {ca} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)") from error
        except OSError as error:
            raise ValueError(f"--ca: {ca} cannot be read: {error.strerror}") from error
    return context


def certificate_problem(error: BaseException | None) -> str | None:
    """Why a certificate was not believed, in OpenSSL's words, where that is what lies behind *error*; else None."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, ssl.SSLCertVerificationError):
            return error.verify_message
        reason = getattr(error, "reason", None)  # urllib keeps it there
        error = reason if isinstance(reason, BaseException) else error.__cause__ or error.__context__
    return None
