"""Errors in certificates and certificate requests."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class CertificateRefused(TestimonyError):
    """A request, a certificate or a name that an authority or a node does not take; `reason` says which rule."""

    code = "certificate.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "scope": N_(
            "%(said)s cannot stand in a certificate. Names look like testimony.internal, addresses like 10.42.0.1, "
            "ranges like 10.42.0.0/24; nothing was made."
        ),
        "request": N_(
            "This is not a request that a node made, or it is damaged. Fetch it from the node again; nothing was "
            "signed."
        ),
        "names": N_(
            "The request asks for %(asked)s, but this authority may sign for %(name)s and addresses of %(network)s "
            "only. Nothing was signed."
        ),
        "pair": N_(
            "The authority's key and certificate are damaged or do not belong together. Use your copy of both; nothing "
            "was signed."
        ),
        "authority-ended": N_("This authority ended on %(day)s. Make a new one and bring it to every phone."),
        "certificate": N_(
            "This is not a certificate for a node, or it is damaged. Fetch it from headquarters again; nothing was "
            "changed."
        ),
        "chain": N_(
            "This certificate does not follow from the authority that comes with it. Do not use it; report it. Nothing "
            "was changed."
        ),
        "key": N_(
            "This certificate was made for another request. Bring the one that answers this node's last request; "
            "nothing was changed."
        ),
        "ended": N_("This certificate ended on %(day)s. Ask headquarters for a new one; nothing was changed."),
        "other-authority": N_(
            "This certificate comes from another authority than the one that phones trust here. If that is meant, "
            "install it with --new-authority and bring the new authority to every phone; nothing was changed."
        ),
        "earlier": N_(
            "This certificate ends no later than the one in force. Ask headquarters to sign this node's last request; "
            "nothing was changed."
        ),
        "other-names": N_(
            "This certificate is for another name or other addresses than this node's. Do not use it; report it. "
            "Nothing was changed."
        ),
        "requests": N_(
            "This is not a file of requests that central collected, or it is damaged. Collect them again; nothing was "
            "signed."
        ),
        "answers": N_(
            "This is not a file of certificates for central, or it is damaged. Bring it from headquarters again; "
            "nothing was changed."
        ),
        "not-asked": N_(
            "No request that waits here was for this certificate, or it was answered. Collect the requests again; "
            "nothing was changed."
        ),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
