"""The serial number of the certificate that a server shows."""

from __future__ import annotations

import socket
import ssl

from testimony.certificates.identity import Identity
from tests.support.certificates.authorities import NAME


def shown(held: Identity, port: int) -> int:
    from cryptography import x509

    context = ssl.create_default_context(cadata=held.root_pem.decode())
    bare = socket.create_connection(("127.0.0.1", port), 60)
    with context.wrap_socket(bare, server_hostname=NAME) as link:
        return x509.load_der_x509_certificate(link.getpeercert(binary_form=True) or b"").serial_number
