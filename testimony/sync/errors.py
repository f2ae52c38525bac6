"""Errors of sync between stations, over a network or by removable medium."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, NotDelivered, StationBusy, TestimonyError
from testimony.services.monitoring.errors import MAIL_SENTENCES


class ContainerTorn(TestimonyError):
    """A container of frames ends early or is malformed; every frame before `offset` was whole. `rule` says why."""

    code = "sync.http.partial_response"
    kind = Kind.MALFORMED
    sentence = N_("The delivery is incomplete or damaged. What came before the damage was kept; send the rest again.")

    def __init__(self, rule: str, offset: int) -> None:
        super().__init__()
        self.rule = rule
        self.offset = offset


class ExchangeStopped(NotDelivered):
    """The person at the desk stopped it, or its key was locked meanwhile."""

    code = "sync.stopped"
    sentence = N_("The exchange was stopped. What had come stays here, and the next one goes on from there.")


class ExchangeElsewhere(NotDelivered):
    """Another program has this station's turn, or another exchange of this one."""

    code = "sync.elsewhere"
    sentence = N_(
        "Another program on this computer is syncing this station right now. Nothing is lost. Wait until it has ended, "
        "then sync again."
    )


class StationUnreachable(NotDelivered):
    code = "sync.unreachable"
    sentence = N_("%(url)s cannot be reached. Check the connection and the address; everything is kept until it can.")


class NotTheStation(NotDelivered):
    """Something answered, but not in our protocol: a log-in page of a network, a proxy, another server."""

    code = "sync.foreign"
    sentence = N_(
        "Something else answered at %(url)s, perhaps a log-in page of this network. Nothing was sent. "
        "Log in to the network, or check the address, then synchronise again."
    )


class NetworkLogIn(NotTheStation):
    """A captive portal: a redirect or a page of the network's own where central should have answered."""

    code = "sync.portal"
    sentence = N_(
        "The network's own log-in page answered instead of %(url)s. Nothing was sent. Sign in to the network: open any "
        "page in a browser on this machine. Then try again."
    )


class WrongAddress(NotTheStation):
    """A server answered that there is nothing of ours under this address (HTTP 4xx without our nonce)."""

    code = "sync.wrong-address"
    sentence = N_(
        "A server answered at %(url)s, but it is no station of this program. Nothing was sent. Check the address. If "
        "it is right, this network may block it: try another network."
    )


class HttpsAsked(NotTheStation):
    """The server answered plain http by sending to https under the same name."""

    code = "sync.https"
    sentence = N_(
        "The server at %(url)s is reached by https alone. Nothing was sent. Put https:// in front of the address, then "
        "synchronise again."
    )


class StationFaulty(NotDelivered):
    """An error of the server itself (HTTP 500 and the like): neither a log-in page nor a wrong address."""

    code = "sync.faulty"
    sentence = N_(
        "The server at %(url)s had an error of its own. Nothing is lost; it is tried again later. If it happens again, "
        "tell the person who runs central: its log says why."
    )


class StationDown(StationBusy):
    """A proxy answered that what stands behind it does not (HTTP 502, 504)."""

    code = "sync.down"
    sentence = N_(
        "The server in front of central answered, and central itself did not. Nothing is lost; it is tried again "
        "later. If it lasts, tell the person who runs central to start it."
    )


class OrganisationForeign(NotDelivered):
    """What answered is a central, and proves to be of another root."""

    code = "sync.organisation"
    sentence = N_(
        "The central server at %(url)s belongs to another organisation. Nothing was sent. Check the address of "
        "headquarters in this station's settings."
    )


class StationTooSlow(StationUnreachable):
    """The other side answered, but too slowly to be useful."""

    code = "sync.slow"
    sentence = N_("%(url)s answers too slowly. Everything is kept, and it is tried again later with less at a time.")


class StationUntrusted(NotDelivered):
    """TLS: nobody whom this station believes signed the certificate that was shown."""

    code = "sync.untrusted"
    sentence = N_(
        "%(url)s showed a certificate that this station does not trust. Nothing was sent. Sign in to the network if it "
        "has a log-in page; otherwise check this machine's clock and the setting central_ca."
    )


class ProxyRefused(StationUnreachable):
    code = "sync.proxy"
    sentence = N_(
        "The proxy of this network cannot be reached or does not let the request through. Check the proxy in the "
        "settings, with its name and password; everything is kept."
    )


class StationRefused(NotDelivered):
    """The other station does not serve this one; `rule` says why."""

    code = "sync.refused"
    RULES: ClassVar[dict[str, str]] = {
        "signature.missing": N_("The other station asks for a signed request. Update this station, then try again."),
        "signature.bad": N_("The other station did not accept this station's signature. Check which key it uses."),
        "nonce": N_("The other station asks for a fresh request. Try again."),
        "signer.unknown": N_(
            "This station is not in the roster. Ask the coordinator to enrol it, then synchronise again."
        ),
        "roster.behind": N_(
            "The roster in force at the central server is older than the one here, and the server does not take the "
            "newer one from this station. Ask the server's operator to put it into force there: "
            "testimony station update roster-N.bundle --home CENTRAL. Then synchronise again."
        ),
        "signer.inactive": N_(
            "Headquarters revoked or replaced this station, and takes nothing more from it over the network. What "
            "waits here is not lost: write it on a USB stick here and bring the stick to headquarters."
        ),
        "signer.role": N_("This key is not meant for this. Use the key of a field station or of a desk."),
        "size.limit": N_("The other station found the delivery too large. Update both stations, then try again."),
        "structure": N_("The other station did not understand the request. Update both stations, then try again."),
    }

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule
        self.sentence = self.RULES.get(rule, NotDelivered.sentence)


class StationsMixed(StationRefused):
    """Two fresh nonces in a row were refused: who gave them is not who was asked with them."""

    code = "sync.mixed"
    SENTENCE: ClassVar[str] = N_(
        "Two servers that share nothing answer in turn at %(url)s. Nothing is lost. Tell the person who runs central: "
        "several servers may be one central only if they share its database and its folder."
    )

    def __init__(self, *, url: str) -> None:
        super().__init__("nonce")
        self.sentence = self.SENTENCE
        self.values = {"url": url}


class QuotaReached(StationBusy):
    """This station has delivered as much as it may on one day; it may go on after `retry_after` seconds."""

    code = "sync.quota"
    sentence = N_(
        "This station has delivered as much today as the central server takes from one station in a day. "
        "The rest waits here and goes tomorrow; withdrawals still go."
    )

    def __init__(self, retry_after: int = 3600) -> None:
        super().__init__(retry_after)


class ReceiptLacking(NotDelivered):
    """Central answered to a batch, and signed for nothing of it."""

    code = "sync.receipt"
    sentence = N_(
        "Central took something in without signing for it. It waits here and goes again. If it happens again, tell "
        "the person who runs central."
    )


class LogForeign(NotDelivered):
    code = "sync.log"
    sentence = N_(
        "The log at %(url)s is not signed by this organisation's central station. Nothing of it was kept. "
        "Check the address; if it is right, report it."
    )


class CarryForeign(TestimonyError):
    code = "carry.foreign"
    kind = Kind.REFUSED
    sentence = N_("This is not a file that a phone saved for delivery. Nothing was taken in; look for the right file.")


class BundleRefused(TestimonyError):
    """A bundle that this station does not take, or takes no further; `reason` says why."""

    code = "bundle.refused"
    kind = Kind.REFUSED
    REASONS: ClassVar[dict[str, str]] = {
        "format": N_("This is not a bundle of a station. Nothing was taken in; look for the right file."),
        "empty": N_("This bundle broke off before anything whole. Nothing was taken in; have it written again."),
        "newer": N_("This bundle was written by a newer version. Update this station, then bring it again."),
        "foreign": N_("This bundle belongs to another organisation. Nothing was taken in."),
        "carry": N_("This is a file from a phone. Take it in at a field station; nothing was taken in here."),
        "own": N_("This bundle was written here. Bring it to headquarters; nothing was taken in."),
        "written": N_("This answer was written here. Bring it to the station or reader that it is for."),
        "delivery": N_("This bundle is meant for headquarters. Bring it there; nothing was taken in."),
        "recovery": N_("Heads for the recovery key go to the desk of a lawyer, who leads the recovery. Name a lawyer."),
        "answer": N_("This bundle is an answer of headquarters. Bring it to the station that it is for."),
        "another": N_("This answer is meant for another station or reader. Bring it there; nothing was taken in."),
        "gap": N_(
            "Something of headquarters' log is missing before this file. Bring the files with the lower numbers "
            "first, or a new bundle to headquarters and its answer back. What was taken in stays."
        ),
        "restored": N_(
            "This answer was written before headquarters' server was restored. Nothing was taken in; have a new one "
            "written there."
        ),
        "log": N_(
            "The log in this bundle is not signed by this organisation's central station. Nothing of it was kept; "
            "report it."
        ),
        "peer": N_("No active field station or reader of the roster is called that. Look the name up in the roster."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class MailNotSent(TestimonyError):
    """`reason` is a key of `MAIL_SENTENCES`: neither an address nor what a server said."""

    code = "mail.not-sent"
    kind = Kind.UNREACHED

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = MAIL_SENTENCES[reason]
