"""Errors of certificates and their files."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError


class FileTaken(TestimonyError):
    code = "file.taken"
    kind = Kind.FAULT
    sentence = N_("The file %(file)s exists already. Choose another name or folder; nothing was changed.")


class FileUnreadable(TestimonyError):
    code = "file.unreadable"
    kind = Kind.FAULT
    sentence = N_("The file %(file)s cannot be read. Check its name and your right to read it.")


class StationRoleWrong(TestimonyError):
    code = "station.role"
    kind = Kind.FAULT
    sentence = N_(
        "The station in %(folder)s is a %(role)s, not a %(wanted)s. Name the folder of the one that you mean."
    )


class CertificateMissing(TestimonyError):
    code = "certificate.missing"
    kind = Kind.FAULT
    sentence = N_(
        "This node has no certificate. Make a request with `testimony tls node`, have it signed at headquarters, and "
        "install what comes back."
    )


class RequestMissing(TestimonyError):
    code = "certificate.request"
    kind = Kind.FAULT
    sentence = N_(
        "No request of this node is waiting for a certificate. Make one with `testimony tls node` or `testimony tls "
        "renew`; nothing was changed."
    )
