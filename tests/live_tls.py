"""A hospital that signs its own certificates, for the tests of devices over https."""

import ssl
from pathlib import Path

import trustme


class Authority:
    """Signs for 127.0.0.1; ``file`` is what a technician copies to the devices."""

    def __init__(self, folder: Path) -> None:
        signer = trustme.CA(organization_name="Bệnh viện thử")
        self.file = folder / "hospital-ca.pem"
        signer.cert_pem.write_to_path(str(self.file))
        self.server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        signer.issue_cert("127.0.0.1").configure_cert(self.server)
