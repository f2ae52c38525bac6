"""What can go wrong, as nouns: each with a stable code and one sentence that tells a person what to do.

The sentences are message ids: `web/errors.py` shows them in the reader's language. They carry no witness data.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from types import TracebackType
from typing import ClassVar


def N_(message: str) -> str:
    """Mark `message` for the catalogue; it is translated where it is shown."""
    return message


class TestimonyError(Exception):
    """Base of all expected failures."""

    __test__ = False  # pytest would collect a class whose name begins with "Test"
    code: ClassVar[str] = "error"
    sentence: str = N_("Something went wrong. Nothing was changed.")

    def __init__(self, **values: object) -> None:
        super().__init__(values)
        self.values = values

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


class NotCanonical(TestimonyError):
    code = "canonical.not"
    sentence = N_("This data is not in the exact form that the format asks for. It was not used.")


class SignatureBad(TestimonyError):
    code = "signature.bad"
    sentence = N_("A signature does not belong to these bytes and this signer. Nothing was accepted.")


OPENING_SENTENCES = {
    "altered": N_("This record was changed or damaged. Do not rely on it; report it."),
    "not_for_you": N_("This part is not sealed to your key."),
    "newer_version": N_("This record was made by a newer version. Update this program, then open it again."),
    "incomplete": N_("A part of this record has not arrived yet. Synchronise, then open it again."),
}


class CannotOpen(TestimonyError):
    """A sealed part stays closed. `reason` is one of four codes and says nothing more, on purpose."""

    code = "opening.refused"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = OPENING_SENTENCES[reason]


REFUSAL_RULES = {
    "hash.mismatch": N_("The object is not the one that its name says. Send it again."),
    "size.limit": N_("The object is larger than the format allows."),
    "structure": N_("The record does not have the structure that its kind asks for."),
    "kind.unknown": N_("This station does not know this kind of record. Update it, then send again."),
    "version.newer": N_("The record was made by a newer version. Update this station, then send again."),
    "signature.bad": N_("The signature does not belong to this record and this signer."),
    "signer.unknown": N_("The signer is not in the roster of this organisation."),
    "signer.inactive": N_("The signer is no longer active in the roster."),
    "roster.unknown": N_("The record names a roster that this station does not hold. Synchronise the station first."),
    "roster.older": N_("A newer roster is already in force here."),
    "not.named": N_("No verified manifest names this object."),
    "object.unnamed": N_(
        "Something came that no record names: it was altered on its way, or does not belong here. It was not kept. "
        "What a record lacks is asked for again at each exchange."
    ),
    "not.held": N_("This piece of a recording or picture has not arrived there yet. Synchronise again later."),
    "damaged.here": N_("The copy here is damaged and was not sent. Check the disk; deliver it again from the phone."),
    "container.torn": N_("The delivery broke off here. What came before was taken in; send the rest again."),
    "conflict": N_("Another record with the same number is already held here."),
    "withdrawn": N_("The witness withdrew this testimony. It was not stored."),
    "quota": N_("This station has delivered as much as is taken from it on one day. The rest goes tomorrow."),
    "code.limit": N_("With this code single uses were taken back too often. Take back everything instead."),
    "question.limit": N_("So much was asked and answered about this testimony that no more is taken."),
    "waiting.full": N_("Too many withdrawals wait here for a testimony that has not come. Use another station."),
}


class Refused(TestimonyError):
    """An object that a station does not take in; `rule` is a key of `REFUSAL_RULES`."""

    code = "intake.refused"

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule
        self.sentence = REFUSAL_RULES[rule]


class RosterRefused(TestimonyError):
    """A roster or root that this station must not adopt; `reason` says which rule."""

    code = "roster.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "older": N_("This roster has a lower number than the one in force. Ask the coordinator for the current one."),
        "signature": N_(
            "This roster is not signed by enough of the organisation's root keys. Do not use it; report it."
        ),
        "chain": N_("This roster does not follow the one in force. Bring the rosters in between first."),
        "slots": N_("This roster has more readers than places for them. Sign one with more slots or fewer readers."),
        "structure": N_("This roster does not have the structure that the format asks for."),
        "organisation": N_(
            "What this roster says of the organisation is not in the form that the format asks for: its names, the uses"
            " that it asks for, or its referrals. Correct it and sign it again."
        ),
        "foreign": N_("This roster belongs to another organisation."),
        "roles": N_("This roster gives one person or one key two roles. Sign one in which each has a single role."),
        "policy": N_("This roster lets coordinators open more than codes and consent. Sign one that does not."),
        "root-number": N_(
            "These roots do not have the number that comes after that of the roots in force. Nothing was signed:"
            " “testimony roster show” says which roots are in force."
        ),
        "root-forked": N_(
            "Old root keys signed other new roots than those in force here. Nothing of this was taken. Report it:"
            " compare the six words in the minutes of the ceremony."
        ),
        "root-unsigned": N_(
            "This is no proposal of new roots that their own keys signed. Take the file of their ceremony again."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class WordingRefused(TestimonyError):
    """A checked wording, or a recording of it, that must not be used; `reason` says which rule."""

    code = "wording.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "structure": N_("This is not a wording in the form that the format asks for. Make it again at the desk."),
        "newer": N_("This wording was made by a newer version. Update this program, then try again."),
        "signature": N_("This wording was changed after it was signed. Do not use it; report it."),
        "signer": N_(
            "This wording was not signed by an active lawyer or coordinator of the roster. Let one of them sign it."
        ),
        "script": N_(
            "This wording is about other sentences than this program has. Check and record the present ones again."
        ),
        "clip": N_("A recording of this wording is missing or damaged. Save the wording again at the desk."),
        "torn": N_("This file ends too early or was changed. Save it again at the desk."),
        "twice": N_("Two of these files are wordings of one language. Give the one that should hold."),
        "unnamed": N_("The roster in force does not name this wording. It was not used."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ClipRefused(TestimonyError):
    """A recording of a sentence that is not kept; `reason` says which rule."""

    code = "clip.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "type": N_(
            "This file was not kept: it is no sound that phones can play. Choose sound alone, as Opus in WebM or Ogg,"
            " or as MP4."
        ),
        "size": N_(
            "This was not kept: a recording of one sentence may be at most 256 KiB. Make a shorter or smaller one."
        ),
        "length": N_("This was not kept: a recording of one sentence is not empty, and at most three minutes long."),
        "damaged": N_("The recording of a sentence is damaged here and was not used. Record it again, or delete it."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class CheckRefused(TestimonyError):
    """The words of a language that are not signed; `reason` says what is lacking."""

    code = "check.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "name": N_("Write who checked it: a name of 1 to 100 characters, on one line. Nothing was signed."),
        "agrees": N_("Tick that the second speaker has read or heard every sentence. Nothing was signed."),
        "nothing": N_("No sentence is recorded and nobody has checked the words, so there is nothing to save."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class WordsChanged(TestimonyError):
    code = "words.changed"
    sentence = N_(
        "The sentences of this language are others by now, because another roster is in force. Nothing was kept or"
        " signed. Open the page again and look at what they say."
    )


class PassphraseWrong(TestimonyError):
    code = "passphrase.wrong"
    sentence = N_("This passphrase does not open the key. Check the words and try again; nothing was changed.")


class KeyFileForeign(TestimonyError):
    code = "keyfile.foreign"
    sentence = N_(
        "This key belongs to nobody in this organisation's roster. Use the key file that you were given for it."
    )


class KeyRevoked(TestimonyError):
    """The key of a reader who left, or got another one. `no`: of the last roster in which it was active."""

    code = "keyfile.revoked"
    sentence = N_(
        "Headquarters ended this key: roster %(no)s was the last that named it. It opens nothing on this desk any "
        "more, and nothing new is sealed to it. If that is a mistake, call your coordinator."
    )

    def __init__(self, *, no: int) -> None:
        super().__init__(no=no)


class PassphraseRefused(TestimonyError):
    """A new passphrase that is not taken. `reason` is a key of `PASSPHRASE_SENTENCES`."""

    code = "passphrase.refused"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = PASSPHRASE_SENTENCES[reason]


PASSPHRASE_SENTENCES = {
    "again": N_("The two passphrases are not the same. Type it once more; nothing was changed."),
    "guessable": N_(
        "This passphrase is too easy to guess: whoever has the file can try as often as they like. Take the proposed "
        "words, or several words that have nothing to do with each other."
    ),
    "long": N_("A passphrase has at most 256 characters. Take a shorter one."),
    "spaces": N_("Put one space between two words, and no other kind of gap. Nothing was changed."),
    "same": N_("This is the old passphrase. Take another one; nothing was changed."),
}


SHARE_SENTENCES = {
    "count": N_("A share has 33 words, and %(found)s were typed. Compare with the paper, number by number."),
    "word": N_("These words are not in the list of shares, by their numbers: %(places)s. Compare them with the paper."),
    "checksum": N_(
        "The words do not fit together: at least one is another word of the list, or two changed places. Compare all "
        "of them with the paper, number by number."
    ),
    "other": N_(
        "This is a share of something else than a recovery key of three out of five. Look for the right sheet."
    ),
    "few": N_("It takes three different shares. Type the next one."),
    "duplicate": N_("The same share was typed twice. It takes three different ones, with three different numbers."),
    "mixed": N_(
        "These shares come from two different ceremonies and do not fit together. Compare the day and the name of the "
        "set on the sheets."
    ),
    "wrong": N_("Each share is in itself right, but together they give no key. Look for sheets of the same ceremony."),
    "key": N_(
        "The three shares fit together and give another key than the one that is wanted here. Look for the sheets of "
        "the right ceremony."
    ),
}


class ShareRefused(TestimonyError):
    """Shares of the recovery key that do not give it; `reason` is a key of `SHARE_SENTENCES`. It holds no word."""

    code = "share.refused"

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = SHARE_SENTENCES[reason]


CEREMONY_SENTENCES = {
    "networked": N_(
        "This computer is connected to a network (%(names)s). A key that counts is made and used on a computer without "
        "one: pull the cable, switch radio off, and begin again. Nothing was done."
    ),
    "place": N_("Say where it was as a code of small letters, digits and hyphens, such as office-2. No address."),
    "people": N_(
        "Say who is present by the names that they have in the roster or in the organisation's register: small "
        "letters, digits and hyphens, each once, one for each share or key, and one who leads."
    ),
    "order": N_("This step is not the next one of the ceremony. Go on where the page says."),
    "shown": N_("This share was handed over and is not shown again. If it was not written down, begin anew."),
    "used": N_("These shares were tested already. Take at least one that was not; all five must be used once."),
    "drill": N_("This was a drill: its key must never count, so nothing of it goes into the roster."),
    "root": N_(
        "This is not one of the three root keys of this ceremony. Take the stick of the holder who is asked for."
    ),
    "roots": N_("Two different root keys sign. Take the sticks of two holders."),
    "folder": N_("This folder cannot be written to. Put in the holder's stick, and type the folder where it is."),
    "screen": N_("Shares and passphrases are shown on a screen alone. Run the command in a terminal, not into a file."),
    "role": N_("Recovery is led by a lawyer whose key is unlocked at this desk. Nothing was opened."),
    "foreign": N_("No roster of this organisation names this recovery key. Look for the sheets of the right ceremony."),
    "locked": N_("The recovery key is not in memory any more. Type three shares again."),
}


class CeremonyRefused(TestimonyError):
    """A step of a key ceremony, or of recovery, that is not taken; `reason` is a key of `CEREMONY_SENTENCES`."""

    code = "ceremony.refused"

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = CEREMONY_SENTENCES[reason]


class KeyFileDamaged(TestimonyError):
    code = "keyfile.damaged"
    sentence = N_("This is not a key file, or it is damaged. Use your copy of it.")


class StoreLocked(TestimonyError):
    code = "store.locked"
    sentence = N_("Another program is using the database. Close it, then try again; nothing was lost.")


class StoreUnwritable(TestimonyError):
    code = "store.unwritable"
    sentence = N_("The folder %(folder)s cannot be written. Give this user the right to write there, then start again.")


class StoreFull(TestimonyError):
    code = "store.full"
    sentence = N_("The disk is full. Free some space, then try again; nothing was half stored.")


class PortTaken(TestimonyError):
    code = "port.taken"
    sentence = N_("Port %(port)s is in use by another program. Stop it or choose another port with %(option)s.")


class PortForbidden(TestimonyError):
    code = "port.forbidden"
    sentence = N_(
        "This user may not listen on port %(port)s. Allow it in the service's unit "
        "(AmbientCapabilities=CAP_NET_BIND_SERVICE), with `setcap cap_net_bind_service=+ep` on the Python program or "
        "with `sysctl net.ipv4.ip_unprivileged_port_start=%(port)s`, or choose another port with %(option)s."
    )


class ContainerTorn(TestimonyError):
    """A container of frames ends early or is malformed; every frame before `offset` was whole. `rule` says why."""

    code = "sync.http.partial_response"
    sentence = N_("The delivery is incomplete or damaged. What came before the damage was kept; send the rest again.")

    def __init__(self, rule: str, offset: int) -> None:
        super().__init__()
        self.rule = rule
        self.offset = offset


class NotDelivered(TestimonyError):
    """Base of all reasons why an exchange with another station stopped. What has no receipt stays in the outbox."""

    code = "sync.failed"
    sentence = N_("The exchange with the other station stopped. Nothing was lost; it is tried again later.")


class ExchangeStopped(NotDelivered):
    """The person at the desk stopped it, or its key was locked meanwhile."""

    code = "sync.stopped"
    sentence = N_("The exchange was stopped. What had come stays here, and the next one goes on from there.")


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


class StationTooSlow(StationUnreachable):
    """The other side answered, but so slowly that nothing comes of it."""

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
        "signer.inactive": N_("This station was revoked. It can send nothing more; bring it to the coordinator."),
        "signer.role": N_("This key is not meant for this. Use the key of a field station or of a desk."),
        "size.limit": N_("The other station found the delivery too large. Update both stations, then try again."),
        "structure": N_("The other station did not understand the request. Update both stations, then try again."),
    }

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule
        self.sentence = self.RULES.get(rule, NotDelivered.sentence)


class StationBusy(NotDelivered):
    """The other station cannot write now; it asks to wait `retry_after` seconds."""

    code = "sync.busy"
    sentence = N_("The other station cannot take anything in now; its store is busy or full. It is tried again later.")

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class CentralRestored(StationBusy):
    """Central has another epoch, and some field node has not offered again yet what it keeps."""

    code = "sync.restored"
    sentence = N_(
        "The central server was restored from a backup. It serves readers again when every field station has "
        "delivered anew, or when its operator says so. Nothing is lost; try again later."
    )

    def __init__(self, retry_after: int = 600) -> None:
        super().__init__(retry_after)


class QuotaReached(StationBusy):
    """This station has delivered as much as it may on one day; it may go on after `retry_after` seconds."""

    code = "sync.quota"
    sentence = N_(
        "This station has delivered as much today as the central server takes from one station in a day. "
        "The rest waits here and goes tomorrow; withdrawals still go."
    )

    def __init__(self, retry_after: int = 3600) -> None:
        super().__init__(retry_after)


class LogForeign(NotDelivered):
    code = "sync.log"
    sentence = N_(
        "The log at %(url)s is not signed by this organisation's central station. Nothing of it was kept. "
        "Check the address; if it is right, report it."
    )


class NoStation(NotDelivered):
    code = "sync.address"
    sentence = N_('No address to synchronise with is set. Put "central_url" into station.json, or use --to.')


class NotEnoughLawyers(TestimonyError):
    code = "consent.lawyers"
    sentence = N_(
        "At least two active lawyers are needed before this can be sealed. Ask the coordinator for a new roster."
    )


class ConsentMissing(TestimonyError):
    """No usable consent to `purpose`: not asked, refused, withdrawn, expired, on hold or unreadable alike."""

    code = "consent.missing"
    sentence = N_("There is no standing consent to purpose %(purpose)s. Nothing was done.")


class EventUnreadable(TestimonyError):
    """What was said about a consent and cannot be read; `part` names what of it: a key of `PARTS`."""

    code = "consent.unreadable"
    sentence = N_("A consent event cannot be read. Until it can, nothing counts as agreed.")
    PARTS: ClassVar[tuple[str, ...]] = (
        "structure", "event", "id", "purpose", "recipient", "day", "life_months", "after", "twice",
    )  # fmt: skip

    def __init__(self, part: str = "structure") -> None:
        super().__init__()
        self.part = part


class TranslationUnreadable(TestimonyError):
    code = "translation.unreadable"
    sentence = N_("A translation cannot be read. It is not shown.")


class TranslationRefused(TestimonyError):
    """A translation that was not written down at a desk; `reason` says why."""

    code = "translation.act"
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers translate here. Nothing was written down."),
        "sentences": N_("The page does not fit the original any more. Copy what you wrote, and open it again."),
        "empty": N_("Nothing was written yet."),
        "unusable": N_("This translation is too long, or its language is not one. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. It is not translated any more."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class IncidentRefused(TestimonyError):
    """Something about an incident or a person that was not written down at a desk; `reason` says why."""

    code = "incident.act"
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers say which accounts belong together. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing more is said about it."),
        "unknown": N_("There is no such incident here. Look at the list again; nothing was written down."),
        "account": N_("No account here begins with that number, or several do. Nothing was written down."),
        "itself": N_("Choose another one: nothing belongs together with itself. Nothing was written down."),
        "count": N_("A count is two whole numbers, the first not above the second. Nothing was written down."),
        "title": N_("A working title is at most 120 characters. Nothing was written down."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class PictureUnreadable(TestimonyError):
    """A picture that the decoder did not give; `reason` says why."""

    code = "picture.unreadable"
    REASONS: ClassVar[dict[str, str]] = {
        "damaged": N_("This picture breaks off or is damaged, so it cannot be shown. Its bytes are kept as they came."),
        "large": N_("This picture would unpack to more than 25 million dots, so it was not opened."),
        "mixed": N_("Behind this picture the file holds something else, so it was not opened. Report it."),
        "foreign": N_("This file calls itself a picture and is none, so it was not opened. Report it."),
        "slow": N_("This picture took too long to open, so it was given up."),
        "open": N_("On this computer the decoder of pictures cannot be locked down, so no picture is opened."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class NoteUnreadable(TestimonyError):
    code = "note.unreadable"
    sentence = N_("A note cannot be read. It is not shown.")


class NoteRefused(TestimonyError):
    """A note that was not written down or not opened at a desk; `reason` says why."""

    code = "note.act"
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Notes are the lawyers' own, and privileged. Nothing was opened or written down."),
        "empty": N_("Nothing was written yet."),
        "long": N_("This note is too long. Divide it; what you wrote stays on this page."),
        "unusable": N_("This place or language cannot be noted. Nothing was written down."),
        "other": N_("Only who wrote a note changes or strikes it. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing is noted on it any more."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ReviewRefused(TestimonyError):
    """Something about a review that was not written down at a desk; `reason` says why."""

    code = "review.act"
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers review. Nothing was written down."),
        "move": N_("The review stands elsewhere by now. Look at it again; nothing was written down."),
        "twice": N_("You cleared it already. Another lawyer must clear it too. Nothing was written down."),
        "person": N_("Choose a lawyer of the roster. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. It is not reviewed any more."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ClearingRefused(TestimonyError):
    """A clearing by a coordinator that was not written down; `reason` says why."""

    code = "clearing.act"
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Coordinators clear what no lawyer can open. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing was written down."),
        "closed": N_("This testimony does not open at this desk, or may not be counted. Nothing was written down."),
        "lawyer": N_("A lawyer can open this testimony. Let two lawyers clear it; nothing was written down."),
        "twice": N_("You cleared it already. Another coordinator must clear it too. Nothing was written down."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class QuestionRefused(TestimonyError):
    """A question to an interviewer, or an answer, that was not written down; `reason` says why."""

    code = "question.act"
    REASONS: ClassVar[dict[str, str]] = {
        "gone": N_("This testimony or question is not here any more. Nothing was sent."),
        "there": N_("This was said already and still counts. Nothing was sent."),
        "many": N_("So much was asked here that nothing more goes. Call instead."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class CaseRefused(TestimonyError):
    """A testimony that was not taken into a case or out of it at a desk; `reason` says why."""

    code = "case.act"
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers take a testimony into a case. Nothing was written down."),
        "consent": N_("The witness has not agreed to this case, or does not any more. Nothing was written down."),
        "there": N_("It stands so by now already. Look at it again; nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing was written down."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class CodingRefused(TestimonyError):
    """Something about the codes of a testimony that was not written down at a desk; `reason` says why."""

    code = "coding.act"
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers code here. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing about its codes is written down any more."),
        "field": N_("This is no question of the coded pass. Nothing was written down."),
        "form": N_("The form with which this was asked is not on this computer. Install it here, then correct."),
        "value": N_("Choose an answer that the form has. Nothing was written down."),
        "reason": N_("Choose why. Nothing was written down."),
        "changed": N_("Somebody else corrected this meanwhile. Open the page again; nothing was written down."),
        "passage": N_("The page does not fit the account any more. Open it again; nothing was written down."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ViewRefused(TestimonyError):
    """A saved view of the list that was not kept, renamed or deleted; `reason` says why."""

    code = "view.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "name": N_("Give the view a name of at most 80 characters. Nothing was kept."),
        "words": N_("These are too many words for a view. Nothing was kept."),
        "many": N_("There are 100 saved views on this computer. Delete one first; nothing was kept."),
        "unknown": N_("This view is not there any more. Nothing was changed."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class MarkUnusable(TestimonyError):
    code = "casefile.mark"
    sentence = N_(
        "Words that were marked to be blacked out cannot be found again. Open the page anew; nothing was made."
    )


class CaseFileRefused(TestimonyError):
    """A case file that was not made; `reason` says why."""

    code = "casefile.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers make case files. Nothing was made."),
        "none": N_("Choose at least one testimony. Nothing was made."),
        "many": N_("A case file holds fifty testimonies at most. Make several."),
        "purpose": N_("A case file is for a complaint or a court, or for a case before the United Nations."),
        "language": N_("There is no case file in this language."),
        "consent": N_("Consent does not cover this use today for every testimony. Nothing was made."),
        "marks": N_("The texts changed since words were marked in them. Open the page anew; nothing was made."),
        "beside": N_(
            "Words were marked in a translation from the interview and none in its original. Mark them there too; "
            "nothing was made."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class SubmissionRefused(TestimonyError):
    """A sheet, annexes or a covering note that was not made; `reason` says why."""

    code = "submission.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "kind": N_("Choose a sheet, annexes or a covering note. Nothing was made."),
        "language": N_(
            "Sheets, annexes and covering notes are made in English, French or Spanish. Choose one of them."
        ),
        "mandate": N_("A sheet is for a case before the United Nations. Choose such a case, or make annexes."),
        "part": N_("Only a sheet has parts for a letter to the State and for a public report. Nothing was made."),
        "fields": N_("Only a sheet has fields to copy. Nothing was made."),
        "few": N_("A covering note counts three testimonies at least. Choose more."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class CaseFileUnset(TestimonyError):
    """A case file whose PDF could not be set; `reason` says why."""

    code = "casefile.unset"
    REASONS: ClassVar[dict[str, str]] = {
        "absent": N_("The program that sets case files is not installed on this computer. Run “make run” once online."),
        "large": N_("This case file is too large. Make several with fewer testimonies."),
        "slow": N_("Setting this case file took too long. Make several with fewer testimonies."),
        "failed": N_("This case file could not be set. Nothing was made; please report it."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ConsentActRefused(TestimonyError):
    """Something about a consent that was not written down at a desk; `reason` says which rule stood in the way."""

    code = "consent.act"
    REASONS: ClassVar[dict[str, str]] = {
        "unreadable": N_("The consent cannot be read here, so nothing can be said about it. Exchange, then try again."),
        "unknown": N_("Choose what it is about. Nothing was written down."),
        "twice": N_("You signed this already. Somebody else must confirm it. Nothing was written down."),
        "role": N_("A lawyer and a coordinator must both sign this. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing can be agreed to now."),
        "held": N_("This use is on hold or erased. Nothing can be agreed to until that is lifted."),
        "unseen": N_("Something that was said may not have arrived here. Exchange with headquarters first, then ask."),
        "needed": N_("Another yes that this use needs does not stand. Ask for that first."),
        "recovery": N_("Your key does not open what this use needs. It takes a new interview, or the recovery key."),
        "granted": N_("The witness agreed to this already. Nothing was written down."),
        "closed": N_("Something that was said does not open with your key. First a colleague must let you read it."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class KeyTextWrong(TestimonyError):
    code = "key.text"
    sentence = N_(
        "This is not a key of the kind that is used here. Copy the whole key, from its first letter to its last."
    )


class StructureWrong(TestimonyError):
    """A statement whose fields are not those that its kind asks for."""

    code = "structure.wrong"
    sentence = N_("This record does not have the structure that its kind asks for. It was not used.")


class AttestedElsewhere(StructureWrong):
    """A sound attestation of another testimony, or of other parts."""

    code = "attestation.parts"


class WithdrawalCodeWrong(TestimonyError):
    code = "withdrawal.code"
    sentence = N_("This is not a withdrawal code. Read the 25 digits again, one group at a time.")


class SlotsTooFew(TestimonyError):
    code = "sealing.slots"
    sentence = N_("There are more readers than places for them. Ask the coordinator for a roster with more slots.")


class PartTooLarge(TestimonyError):
    code = "sealing.too-large"
    sentence = N_("This part is larger than the format allows. Split it, then seal again; nothing was sealed.")


class ProofBad(TestimonyError):
    code = "log.proof"
    sentence = N_("The log does not prove what it says. Do not rely on it; report it.")


class StoreDamaged(TestimonyError):
    code = "store.damaged"
    sentence = N_("The database in %(folder)s is damaged. Do not use it; restore the last backup, then synchronise.")


class StoreGone(StoreDamaged):
    code = "store.gone"
    sentence = N_(
        "The database of %(folder)s is gone, or empty. None was made in its place: restore the last backup, then "
        "synchronise."
    )


class ShredKeysGone(StoreDamaged):
    code = "store.keys_gone"
    sentence = N_(
        "The shred keys of %(folder)s are gone, and without them every head in it is noise. None were made in their "
        "place: put the newest copy of shred.keys back, or restore the last backup."
    )


class StoreFailing(TestimonyError):
    code = "store.failing"
    sentence = N_("The disk did not take the data. Nothing was acknowledged; check the disk or card, then try again.")


class BucketFailing(StoreFailing):
    code = "bucket.failing"
    sentence = N_(
        "The object store said that it keeps bodies and does not give them back as they were, or not let go of them. "
        "This station acknowledged nothing; check the object store, then try again."
    )


class BucketSilent(BucketFailing):
    code = "bucket.silent"
    sentence = N_(
        "The object store that keeps the bodies does not answer, or too slowly. Nothing was acknowledged; start it or "
        "mend the way to it, then try again."
    )


class BucketRefused(BucketFailing):
    code = "bucket.refused"
    sentence = N_(
        "The object store refuses this station the bucket %(bucket)s. Check its name, the credentials in the "
        "environment of the service and what they allow; nothing was acknowledged."
    )


class BucketFull(StoreFull):
    code = "bucket.full"
    sentence = N_(
        "The object store that keeps the bodies is full. Make room there, then try again; nothing was acknowledged."
    )


class StoreNewer(TestimonyError):
    code = "store.newer"
    sentence = N_("The database was made by a newer version of this program. Update the program; nothing was changed.")


class StoreUnreachable(TestimonyError):
    code = "store.unreachable"
    sentence = N_("The database server does not answer. Start it or correct its address, then try again.")


class StoreClosed(TestimonyError):
    code = "store.closed"
    sentence = N_(
        "The database server does not let this station in. Correct the user, the password and the database in its "
        "address, then try again."
    )


class StoreCrowded(TestimonyError):
    code = "store.crowded"
    sentence = N_("Every connection to the database is in use. Nothing was acknowledged; try again in a moment.")


class StoreSlow(TestimonyError):
    code = "store.slow"
    sentence = N_("The database server took too long and broke the work off. Nothing was acknowledged; try again.")


class StoreUnconfirmed(TestimonyError):
    """A commit that the server did not confirm in time: what it took may be there when it comes back, and may not."""

    code = "store.unconfirmed"
    sentence = N_(
        "The database server does not confirm what it was given: its standby or its disk does not answer. Nothing was "
        "acknowledged; bring the standby back, then try again."
    )


class StoreStandby(StoreUnwritable):
    """Also where an operator set the primary to read only."""

    code = "store.standby"
    sentence = N_("The database server takes no data at present: it is a standby. Nothing was acknowledged; try again.")


class StoreDriverMissing(TestimonyError):
    code = "store.driver"
    sentence = N_(
        "The database of this station is on a PostgreSQL server, and the driver for it, psycopg, is not installed. "
        "Install it, then start again."
    )


class PartMissing(TestimonyError):
    code = "part.missing"
    sentence = N_("This part is not held here. Synchronise, then try again.")


class PartDamaged(TestimonyError):
    code = "part.damaged"
    sentence = N_(
        "A stored part was damaged on the disk. Check the disk, and fetch the part again from another station."
    )


class MediumUnknown(TestimonyError):
    code = "media.unknown"
    sentence = N_("There is no such recording or picture in this testimony.")


class PieceLacking(TestimonyError):
    code = "media.lacking"
    sentence = N_("Piece %(piece)s of %(pieces)s has not arrived here yet. Fetch again later; the others are good.")


class PieceAltered(TestimonyError):
    code = "media.altered"
    sentence = N_(
        "Piece %(piece)s of %(pieces)s was changed or damaged. Do not rely on it; report it. The others can be used."
    )


class HomeMissing(TestimonyError):
    code = "home.missing"
    sentence = N_("There is no station in %(folder)s. Create one with 'org create' or 'demo', or name another folder.")


class HomeTaken(TestimonyError):
    code = "home.taken"
    sentence = N_("A station lives in %(folder)s already. Choose an empty folder; nothing was changed.")


class SettingsDamaged(TestimonyError):
    code = "settings.damaged"
    sentence = N_("The file %(file)s is missing or is not what this program wrote. Restore it from a backup.")


class SettingsNewer(SettingsDamaged):
    code = "settings.newer"
    sentence = N_("A newer version wrote the settings of this station. Update this program; nothing was changed.")


class SettingUnusable(SettingsDamaged):
    code = "settings.unusable"
    sentence = N_(
        "The setting %(setting)s has a value that cannot be used. docs/running.md says what may stand there; nothing "
        "was changed."
    )


class BucketMisplaced(SettingsDamaged):
    code = "settings.bucket"
    sentence = N_(
        "The setting parts_url is for central alone: field stations and desks keep bodies in their own folder, which "
        "needs no network. Take it out of station.json and TESTIMONY_PARTS_URL out of the environment."
    )


class StationKeyless(TestimonyError):
    code = "station.keyless"
    sentence = N_("This station has no signing key of its own. Do this at a field node or at the central server.")


class LogForked(TestimonyError):
    code = "log.forked"
    sentence = N_("The custody log of station %(station)s tells two different stories. Trust neither; report it.")


class LogWentBack(TestimonyError):
    code = "log.back"
    sentence = N_(
        "The custody log of station %(station)s is shorter than it was. It was restored or replaced; report it."
    )


class NonceSpent(TestimonyError):
    code = "nonce.spent"
    sentence = N_("This request was used already or is too old. Load the page again and repeat it.")


class SignInRefused(TestimonyError):
    code = "signin.refused"
    sentence = N_("Signing in did not succeed. Check the name and the passphrase, then try again.")


class ReceiptRefused(TestimonyError):
    code = "receipt.refused"
    sentence = N_(
        "This receipt proves nothing, so the copy stays here. Synchronise again; if it happens again, report it."
    )


class StationStopped(TestimonyError):
    code = "station.stopped"
    sentence = N_("A station could not start. Its own message above says why.")


class PlanWrong(TestimonyError):
    code = "organisation.plan"
    sentence = N_("This organisation cannot work: %(what)s. Nothing was made.")


class QuestionnaireUnreadable(TestimonyError):
    """A file that is not opened as a questionnaire. `reason` says why."""

    code = "questionnaire.unreadable"
    REASONS: ClassVar[dict[str, str]] = {
        "format": N_("This is no questionnaire as an .xlsx file. Save it as .xlsx and try again; nothing was changed."),
        "old": N_(
            "This is an old Excel file or one with a password. Save it as .xlsx without a password and try again; "
            "nothing was changed."
        ),
        "damaged": N_("This questionnaire is damaged and cannot be read. Save it again; nothing was changed."),
        "size": N_(
            "This questionnaire is larger than any that people can be asked. Keep the sheets survey, choices and "
            "settings alone; nothing was changed."
        ),
        "macros": N_("This questionnaire holds macros. Save it as .xlsx without them; nothing was changed."),
        "entities": N_(
            "This questionnaire holds instructions that no spreadsheet program writes. Do not use it; nothing was "
            "changed."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class QuestionnaireRefused(TestimonyError):
    code = "questionnaire.refused"
    sentence = N_("This questionnaire cannot be used; what to change: %(problems)s. Nothing was changed.")


class QuestionnaireTaken(TestimonyError):
    code = "questionnaire.taken"
    sentence = N_(
        "Another questionnaire was installed here as %(form)s. Raise the version in the sheet settings; nothing was "
        "changed."
    )


class FileTaken(TestimonyError):
    code = "file.taken"
    sentence = N_("The file %(file)s exists already. Choose another name; nothing was changed.")


class FileUnreadable(TestimonyError):
    code = "file.unreadable"
    sentence = N_("The file %(file)s cannot be read. Check its name and your right to read it.")


class StationRoleWrong(TestimonyError):
    code = "station.role"
    sentence = N_(
        "The station in %(folder)s is a %(role)s, not a %(wanted)s. Name the folder of the one that you mean."
    )


class HostNotLocal(TestimonyError):
    code = "host.not-local"
    sentence = N_("A desk holds an opening key, so it listens on this machine only. Leave --host out.")


class TestimonyUnknown(TestimonyError):
    code = "testimony.unknown"
    sentence = N_("The testimony %(tid)s is not held here. Check its number, or synchronise first.")


class KeyFileUnnamed(TestimonyError):
    code = "keyfile.unnamed"
    sentence = N_("No key file is named here. Use the folder of a desk, or name a reader's key file with --key-file.")


class KeyNotForDesk(TestimonyError):
    code = "keyfile.role"
    sentence = N_("This key is not a lawyer's or a coordinator's. A desk opens with one of theirs only.")


class ReleaseRefused(TestimonyError):
    """Nothing leaves, and that is a correct result. `reason` says which rule held it back."""

    code = "release.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "none": N_("No testimony may be used for this purpose now. Nothing leaves."),
        "small": N_(
            "Testimonies that may be used for this purpose: %(testimonies)s. All of them are in classes smaller than "
            "%(k)s people or from a single incident, so they could point to somebody. Nothing leaves; wait for more."
        ),
        "changed": N_("What would leave has changed since you looked at it. Look again before you send it."),
        "one": N_("One testimony alone may be used for this now. It would point to its witness; nothing leaves."),
        "value": N_(
            "Testimonies hold an answer about %(attribute)s that this version does not know. Update this desk; nothing "
            "leaves."
        ),
        "recipient": N_("Choose for whom the release is: P06 (public numbers), P07 (mechanism) or P10 (network)."),
        "preset": N_(
            "For these recipients a release needs at least the preset “%(least)s”. Choose it or a stricter one; "
            "nothing was made."
        ),
        "period": N_(
            "A period is a whole year, three years, half-year or quarter: 2024, 2022-01..2024-12, 2024-01..2024-06 or "
            "2024-01..2024-03. Nothing was made."
        ),
        "differs": N_(
            "This desk makes other bytes of these testimonies than the desk that proposed the release. Nothing "
            "leaves. Exchange at both desks; if they still differ, cancel the release and build it anew."
        ),
        "branch": N_(
            "This release comes from a branch of the ledger that was settled: it counts as left, and is not made again."
        ),
        "withdrawn": N_(
            "Since the release was built, %(testimonies)s of its testimonies may no longer be used, or say something "
            "else. Nothing left. Build it anew."
        ),
        "notice": N_("Nothing has left for this recipient, so there is nothing to tell. Nothing was written."),
        "pending": N_("This is not yet in central's log. Exchange, then go on here; nothing left."),
        "broken": N_(
            "Together with earlier releases this one would leave fewer than enough people in a class. Nothing left."
        ),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]


class HierarchyUnusable(TestimonyError):
    """Values that cannot be made coarser step by step: a fault of who wrote the hierarchy, and no release is made."""

    code = "hierarchy.unusable"
    REASONS: ClassVar[dict[str, str]] = {
        "nesting": N_(
            "The levels of %(attribute)s do not lie in each other: “%(value)s” belongs to more than one %(level)s. "
            "Nothing was made with them."
        ),
        "levels": N_("The levels of %(attribute)s are incomplete for “%(value)s”. Nothing was made with them."),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]


class PresetTooWeak(TestimonyError):
    """Fewer persons or incidents a class than any release may have, or a larger share of stigma."""

    code = "preset.too-weak"
    sentence = N_(
        "A release needs classes of at least %(k)s people and %(m)s incidents, and a share of stigma of at most "
        "%(alpha)s %%. Choose a stricter preset; nothing was made."
    )


class ProfileUnfit(TestimonyError):
    code = "profile.unfit"
    sentence = N_("This release profile does not fit the questionnaire of this version. Make a new profile.")


class EditionUnfit(TestimonyError):
    """A table that cannot become a release, or bytes that are the table of none."""

    code = "edition.unfit"
    sentence = N_("This table cannot become a release: its check would fail (%(what)s). Nothing was made; report it.")


class RiskTooHigh(TestimonyError):
    """What would leave is riskier on average than its preset allows; refusing is a correct result."""

    code = "risk.too-high"
    sentence = N_(
        "On average, a guess at who is behind a line would be right in %(risk)s %% of cases; this preset allows "
        "%(allowed)s %%. Nothing leaves; wait for more testimonies."
    )


class LedgerRefused(TestimonyError):
    """An act that the ledger of releases does not allow; `reason` says which rule. Nothing was written."""

    code = "ledger.act"
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Coordinators of the roster in force write the ledger of releases. Nothing was written down."),
        "form": N_("This cannot be said in the ledger of releases. Look at what you gave; nothing was written down."),
        "opened": N_("This organisation has its ledger of releases already. Nothing was written down."),
        "unopened": N_("No ledger of releases was opened yet. Open it first; nothing was written down."),
        "once": N_("A testimony of this batch is in another release already. Build the batch anew; nothing leaves."),
        "edited": N_("A line that was made is never made again or changed. Build the batch anew; nothing leaves."),
        "recipients": N_(
            "The recipients do not fit the lines of this batch, or it went to one of them before. Nothing leaves."
        ),
        "open": N_("Another batch is still under way. Let it leave or cancel it first; nothing was written down."),
        "name": N_("A batch of this name is in the ledger already. Build it anew; nothing was written down."),
        "empty": N_("This batch has no line. Nothing was written down."),
        "profile": N_("This batch does not go by the profile that is pinned. Build it anew; nothing leaves."),
        "small": N_("A line of this batch stands for too few people or incidents. Nothing leaves; build it anew."),
        "floor": N_("This is weaker than the floor that the organisation set for its releases. Choose a stricter one."),
        "parts": N_("What this batch holds is not here as it was announced. Build it anew; nothing leaves."),
        "unpublished": N_("This line has not left. Nothing was written down."),
        "recalled": N_("This line was taken back already. Nothing was written down."),
        "cohort": N_(
            "No group that is large enough can be taken out of this line and leave one behind. Take back all of it."
        ),
        "unknown": N_("There is no such batch in the ledger. Look at the list again; nothing was written down."),
        "stage": N_("The batch is not at that point any more. Look at it again; nothing was written down."),
        "twice": N_("Another person than who proposed the batch approves it, at their own desk."),
        "handed": N_(
            "This batch may have been handed out. Who let it leave alone can cancel it, before handing it out."
        ),
        "auxiliary": N_("The account of a testimony of this batch was published. Cancel the batch and build it anew."),
        "unsettled": N_("Nothing holds the ledger of releases up at this desk. Nothing was written down."),
        "opens": N_(
            "This desk can open what your colleague would give up. Let them in instead; nothing was written down."
        ),
        "branch": N_(
            "Two people let it leave in another story of the ledger. What is in it is held back: settle the ledger."
        ),
        "overtaken": N_(
            "A colleague's entry came first. Nothing of yours has left; look at the ledger and build anew."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class LedgerIncomplete(TestimonyError):
    """Entries of the ledger are not here, or do not open here: nobody may release until they do."""

    code = "ledger.incomplete"
    REASONS: ClassVar[dict[str, str]] = {
        "closed": N_(
            "Entries of the ledger of releases are not sealed to your key. Ask another coordinator to let you in; "
            "nothing is released until then."
        ),
        "missing": N_(
            "Entries of the ledger of releases have not arrived. Exchange again; nothing is released before."
        ),
        "newer": N_("The ledger of releases has entries of a newer version. Update this program before releasing."),
        "damaged": N_(
            "An entry of the ledger of releases is damaged here. Exchange again; nothing is released before."
        ),
        "behind": N_(
            "Headquarters lacks entries of the ledger that this desk knows. Exchange, and ask the other coordinators "
            "to; nothing is released before."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class LedgerForked(TestimonyError):
    code = "ledger.forked"
    sentence = N_(
        "Headquarters' log now tells another story of the releases than this desk saw before. Release nothing; report "
        "it to whoever runs headquarters."
    )


class ReleaseClock(TestimonyError):
    """A day before the last release, or one that headquarters has not reached."""

    code = "release.clock"
    sentence = N_("The clock of this desk is not right: its day does not fit the last release. Set it, then try again.")


class AddressUnusable(TestimonyError):
    code = "address.unusable"
    sentence = N_("This machine cannot listen on %(address)s. Choose another --host or a --port from 1024 to 65535.")


class ShareGone(TestimonyError):
    code = "share.gone"
    sentence = N_(
        "This node destroyed its half of the key, so this interview cannot be read any more. Delete it and begin again."
    )


class ShareElsewhere(TestimonyError):
    code = "share.elsewhere"
    sentence = N_("Another node holds the other half of the key. Open this interview near the node where it was begun.")


class TooOften(TestimonyError):
    code = "asked.too-often"
    sentence = N_("That was asked too often. Wait ten minutes, then try again; nothing was lost.")


class TooFast(TestimonyError):
    """More than anybody needs who types a code; `retry_after` seconds later there is room for one more."""

    code = "asked.too-fast"
    sentence = N_("That was tried too often. Wait a little, then try again; nothing was changed.")

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class DeviceUnknown(TestimonyError):
    code = "device.unknown"
    sentence = N_("The roster in force names no phone %(device)s. `testimony roster show` lists those that it names.")


class StationUnknown(TestimonyError):
    code = "station.unknown"
    sentence = N_(
        "The roster in force names no station %(station)s. `testimony roster show` lists those that it names."
    )


class CheckpointForeign(TestimonyError):
    code = "checkpoint.foreign"
    sentence = N_(
        "This is no signed head of this organisation's central log, or it was changed on the way. Nothing follows from "
        "it. Ask for it again (“testimony checkpoint show”)."
    )


class CarryForeign(TestimonyError):
    code = "carry.foreign"
    sentence = N_("This is not a file that a phone saved for delivery. Nothing was taken in; look for the right file.")


class BundleRefused(TestimonyError):
    """A bundle that this station does not take, or takes no further; `reason` says why."""

    code = "bundle.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "format": N_("This is not a bundle of a station. Nothing was taken in; look for the right file."),
        "empty": N_("This bundle broke off before anything whole. Nothing was taken in; have it written again."),
        "newer": N_("This bundle was written by a newer version. Update this station, then bring it again."),
        "foreign": N_("This bundle belongs to another organisation. Nothing was taken in."),
        "carry": N_("This is a file from a phone. Take it in at a field station; nothing was taken in here."),
        "own": N_("This bundle was written here. Bring it to headquarters; nothing was taken in."),
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


class ArchiveUnreadable(TestimonyError):
    """A file that is no archive, or no whole one; `reason` is the second word of a finding's code."""

    code = "archive.unreadable"
    REASONS: ClassVar[dict[str, str]] = {
        "not": N_("This is not an archive of testimonies."),
        "truncated": N_("This file is cut off, or something was put behind it. Ask for it again."),
        "form": N_(
            "This file is not put together as archives are. Somebody changed it, or wrote it with another tool."
        ),
        "large": N_("Something in this file is larger than an archive allows."),
        "damaged": N_("A file in this archive is damaged. Ask for the archive again."),
        "newer": N_("This archive was made by a newer version. Get a newer verifier, then check it again."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ArchiveRefused(TestimonyError):
    """An archive that was not made at a desk; `reason` says why. `purpose`: code of the use that is not agreed to."""

    code = "archive.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Only a lawyer makes an archive. Nothing was written."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing was written."),
        "use": N_("Say for which complaint, court or case the parts are shown in clear. Nothing was written."),
        "consent": N_("The witness's consent to this use does not stand today: %(purpose)s. Nothing was written."),
        "part": N_("This part does not open with your key, so it cannot be shown in clear. Nothing was written."),
        "large": N_("This is too much for one archive. Make several, or leave the sealed parts out."),
        "browser": N_("This is too much for a browser. Use the command testimony archive on this computer."),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]


class StickRefused(TestimonyError):
    """A stick, or a folder in its place, that cannot be written to or read from; `reason` says why."""

    code = "stick.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "full": N_("The stick is full. What is named as written on it is whole; use another stick for the rest."),
        "readonly": N_("This stick cannot be written. Unlock its switch or use another one; nothing was lost."),
        "gone": N_("The stick is not there any more. Put it back in and begin again; nothing was lost."),
        "damaged": N_(
            "What was read back from the stick is not what was written. Do not use this stick; nothing was lost."
        ),
        "folder": N_("There is no such folder. Choose one that is there."),
        "nothing": N_("There is no file for this station on the stick. Choose another one."),
        "busy": N_("A stick is being written or read already. Wait until that is done."),
        "split": N_(
            "The largest file must be from 2 to 4095 MiB: no file system of a stick holds larger ones everywhere."
        ),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class CertificateRefused(TestimonyError):
    """A request, a certificate or a name that an authority or a node does not take; `reason` says which rule."""

    code = "certificate.refused"
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


class CertificateMissing(TestimonyError):
    code = "certificate.missing"
    sentence = N_(
        "This node has no certificate. Make a request with `testimony tls node`, have it signed at headquarters, and "
        "install what comes back."
    )


class RequestMissing(TestimonyError):
    code = "certificate.request"
    sentence = N_(
        "No request of this node is waiting for a certificate. Make one with `testimony tls node` or `testimony tls "
        "renew`; nothing was changed."
    )


class BackupRefused(TestimonyError):
    """A backup that is not made or not restored; `reason` says which rule. Said by the command line alone."""

    code = "backup.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "within": "A backup cannot lie in the station's own folder. Choose a folder on another disk.",
        "together": (
            "The shred keys must not lie in the backup, or it brings back what is withdrawn. Choose another place."
        ),
        "taken": "%(folder)s holds something else than a backup of this station. Choose an empty folder.",
        "none": "There is no whole backup in %(folder)s. Look for the folder with backup.json; nothing was changed.",
        "newer": "This backup was made by a newer version. Update this program; nothing was changed.",
        "damaged": "%(file)s of this backup is missing or damaged. Use another backup; nothing was changed.",
        "keys": (
            "Without the shred keys every head in this backup is noise. Give their copy with --shred-keys, or say "
            "--without-keys: then all heads count as not arrived, and who still has them brings them again."
        ),
        "signer": (
            "This backup holds no key of the station. Give its copy with --station-key, or enrol a new station; "
            "nothing was changed."
        ),
        "file": "%(file)s cannot be used for this: it is missing or damaged. Nothing was changed.",
        "open": "Another program has the station in %(folder)s open. Stop it, then try again; nothing was changed.",
        "database": (
            "The database there has tables already. Make an empty one, or empty this one; nothing was changed."
        ),
        "recipients": "Say with --recipient or --recipients-file who can open the backup; nothing was written.",
        "other": "%(file)s is something else than a sealed backup. Choose another name; nothing was written.",
        "unread": "The disk gave back something else than was written. Use another disk; %(file)s was not kept.",
        "torn": "%(file)s is no whole backup: cut off or damaged. Use another one; nothing was changed.",
        "key": (
            "This key does not open this backup. Give the key file of somebody whom it was sealed to; nothing was "
            "changed."
        ),
        "empty": "A sealed backup is restored into an empty folder. Leave --over out; nothing was changed.",
        "folder": "A folder is not sealed to anybody. Say --to FILE, or leave the recipients out; nothing was written.",
        "sealed": "%(file)s is sealed. Give with --key what opens it; nothing was changed.",
        "role": "Only central has its database on a server. Restore without the address of one; nothing was changed.",
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]


class EnrolmentRefused(TestimonyError):
    """A request to be admitted, a change of the roster, or a trust bundle that is not taken; `reason` says why."""

    code = "enrolment.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "id": N_(
            "A name in the roster has small letters, digits and hyphens, and at most 64 of them. Choose another; "
            "nothing was changed."
        ),
        "request": N_(
            "This is not a request that a station made, or it is damaged. Fetch it from the station again; nothing was "
            "changed."
        ),
        "newer": N_("A newer version made this file. Update this program, then try again; nothing was changed."),
        "signature": N_(
            "This request is not signed by the keys that it names. Do not use it; report it. Nothing was changed."
        ),
        "known": N_(
            "This key is in the roster already, as %(id)s. Bring the station the newest bundle; nothing was changed."
        ),
        "taken-out": N_(
            "This key was taken out of the roster; it was %(id)s. Make new keys at a new station; nothing was changed."
        ),
        "id-taken": N_("The roster has %(id)s already. Choose another name; nothing was changed."),
        "id-unknown": N_(
            "The roster has no active %(id)s of this kind. `testimony roster show` lists whom it names; nothing was "
            "changed."
        ),
        "not-phone": N_("Only a phone can be lost, and %(id)s is none. Revoke it instead; nothing was changed."),
        "last": N_(
            "Without %(id)s no lawyer or no central server would be left. Admit another one first; nothing was changed."
        ),
        "words": N_("The words were not confirmed. Nothing was changed."),
        "not-admitted": N_(
            "The newest roster in this bundle does not name this station. Read its words to headquarters and bring the "
            "bundle that comes then; nothing was changed."
        ),
        "bundle": N_(
            "This is not a whole trust bundle: it ends too early or was changed. Fetch it again; nothing was changed."
        ),
        "older": N_(
            "This bundle is older than what is in force here, which stays. Ask headquarters for the newest one."
        ),
        "joined": N_(
            "This station was admitted before. Bring it later bundles with `testimony station update`; nothing was "
            "changed."
        ),
        "wanted": N_(
            "No station waits here to be admitted. Prepare one with `testimony station new`; nothing was changed."
        ),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ProposalRefused(TestimonyError):
    """A proposed roster that is not signed, not published, or no proposal; `reason` says why. Nothing was changed.

    `differences`: of "differs", how the file is another roster, one sentence each (`services.roster.diff`).
    """

    code = "proposal.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "torn": N_(
            "This is not a whole proposal: it ends too early, was changed, or is something else. Bring it again; "
            "nothing was changed."
        ),
        "newer": N_("A newer version made this file. Update this program, then try again; nothing was changed."),
        "lacking": N_("Of %(total)s codes these are lacking: %(numbers)s. Scan them too; nothing was changed."),
        "unknown": N_(
            "These codes follow a roster that is not held here. Bring the proposal as a file instead: it has all "
            "rosters with it. Nothing was changed."
        ),
        "mixed": N_("These are signatures of different rosters. Bring those of one alone; nothing was changed."),
        "stranger": N_(
            "A key that is no root of this organisation signed this. Do not use it; report it. Nothing was changed."
        ),
        "signature": N_(
            "A signature does not belong to this roster. Have it signed again; if that happens twice, report it. "
            "Nothing was changed."
        ),
        "few": N_(
            "%(wanted)s root keys must sign, and %(found)s did. Have the same file signed by another one; nothing was "
            "changed."
        ),
        "old": N_(
            "This file is of roster number %(found)s, and number %(wanted)s is in force here. Take the newest file of "
            "this proposal; nothing was changed."
        ),
        "stale": N_(
            "Another roster came into force since this proposal was prepared. Prepare it again and have it signed "
            "again; nothing was changed."
        ),
        "behind": (  # this and "whole" are said by the command line alone
            "This proposal does not follow the newest roster in this folder. Prepare it again at central; nothing was "
            "signed."
        ),
        "differs": N_("What was signed is another roster than this proposal. Nothing was changed."),
        "open": N_("This proposal is not prepared for signing yet. Prepare it first; nothing was changed."),
        "settled": N_(
            "This proposal is prepared for signing, and changed no more. Take it back first; nothing was changed."
        ),
        "published": N_("This proposal was published before. Nothing was changed."),
        "empty": N_("This proposal has no change in it. Add one first; nothing was changed."),
        "twice": N_("This change is in the proposal already. Nothing was changed."),
        "whole": (
            "A proposal is signed as it is: leave out --form, --ca and --wording, and have them signed with "
            "`testimony roster renew`. Nothing was signed."
        ),
    }

    def __init__(self, reason: str, *, differences: Sequence[object] = (), **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.differences = differences
        self.sentence = self.REASONS[reason]


class ProposalUnknown(TestimonyError):
    code = "proposal.unknown"
    sentence = N_("There is no such proposal. It was taken back, or the address is wrong.")


class StationWaiting(TestimonyError):
    code = "enrolment.waiting"
    sentence = N_(
        "This station waits to be admitted. Read its words to headquarters (`testimony station show`), then bring it "
        "the bundle with `testimony station join`."
    )


class AccountUnknown(TestimonyError):
    code = "account.unknown"
    sentence = N_(
        "There is no such account at this server. `testimony central account list` lists those that there are."
    )


ACCOUNT_SENTENCES = {
    "name": N_("The name of an account has 2 to 32 small letters, digits and hyphens, and begins with a letter."),
    "taken": N_("There is an account of this name already."),
    "password": N_("A password has 12 to 128 characters, and is typed twice in the same way."),
    "guessable": N_("This password is too easy to guess. Take several words that have nothing to do with each other."),
    "only": N_("This is the only way in that you have. Register another one first."),
    "code": N_("This is not the code that the app shows now. Wait for the next one; look at the clock of the phone."),
    "last": N_("This is the last administrator who can sign in. Make another one first, or use the machine itself."),
    "first": N_("There is an administrator already. Sign in as one to do this."),
}


class AccountRefused(TestimonyError):
    """What an administrator asked for is not done. `reason` is a key of `ACCOUNT_SENTENCES`."""

    code = "account.refused"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = ACCOUNT_SENTENCES[reason]


class LinkRefused(TestimonyError):
    code = "account.link"
    sentence = N_("This link was used, is older than a day, or was replaced. Ask an administrator for another one.")


class CredentialRefused(TestimonyError):
    """Neither which of the checks failed nor whether there is such an account is said."""

    code = "account.credential"
    sentence = N_("Signing in did not succeed. Check what you typed or which key you used, then try again.")


class SignInElsewhere(TestimonyError):
    code = "account.elsewhere"
    sentence = N_("Accounts of this server are used at %(url)s and nowhere else. Open that address.")


MAIL_SENTENCES = {
    "unset": N_("No e-mail is set up here. docs/alarms.md names the settings; alarms stay on their page."),
    "password": N_(
        "The password of the mail account is missing, cannot be read, or is not of plain letters. Nothing was sent."
    ),
    "password-open": N_(
        "Everybody on this machine may read the file with the password of the mail account. Take that right away "
        "(chmod 600); nothing was sent."
    ),
    "authorities": N_("The file of authorities for the mail server cannot be used. Name a PEM file; nothing was sent."),
    "name": N_("The name of the mail server is not known. Correct it, or look at the connection; nothing was sent."),
    "unreachable": N_("The mail server cannot be reached at this port. Nothing was sent; it is tried again."),
    "silent": N_("The mail server does not answer in time. Nothing was sent; it is tried again."),
    "broken": N_("The mail server broke off the connection. It is tried again."),
    "plain": N_("The mail server offers no encryption at this port. Nothing was sent, nor was the password."),
    "tls": N_(
        "No encrypted connection came about: look whether the port wants TLS at once or STARTTLS. Nothing was sent."
    ),
    "certificate": N_(
        "The certificate of the mail server is not trusted, has ended or is another server's. Nothing was sent, nor "
        "was the password."
    ),
    "login": N_("The mail server does not take this name and password. Nothing was sent; it is tried again."),
    "sender": N_("The mail server does not take mail from this sender. Nothing was sent; it is tried again."),
    "recipients": N_("The mail server refused every recipient. Nothing was sent; it is tried again."),
    "some": N_("The mail server refused one of the recipients. The others have their e-mail."),
    "refused": N_("The mail server refused the e-mail. It is tried again."),
}
"""Why an e-mail did not go: the command line and the page of alarms say one of these, and no log says more."""


STAMP_SENTENCES = {
    "form": N_("This is no reply of a time stamp authority, or it was changed. It was not kept."),
    "status": N_("The time stamp authority refused to answer. Nothing was kept; it is asked again."),
    "imprint": N_("The time stamp is of something else than this head of the log. It was not kept."),
    "nonce": N_("The time stamp answers another question than the one that was asked. It was not kept."),
    "signature": N_("The time stamp was changed after the authority signed it. Do not rely on it."),
    "certificate": N_("Who signed the time stamp is not certified for time stamps and nothing else. It was not kept."),
    "root": N_(
        "The time stamp does not go back to an authority that you trust. Look whether the file of authorities is the "
        "right one."
    ),
    "expired": N_("A certificate behind the time stamp was not in force on the day of the stamp. It was not kept."),
    "algorithm": N_("The time stamp is signed in a way that this program does not know. Check it with openssl."),
    "roots": N_(
        "The file of the time stamp authority's certificates cannot be used. Name a PEM file (setting timestamp_roots)."
    ),
    "unset": N_("No time stamp authority is set up here. Name its address and its root (docs/timestamps.md)."),
    "unreachable": N_(
        "The time stamp authority cannot be reached, or does not answer in time. Nothing is lost; it is asked again."
    ),
    "tls": N_("The certificate at the address of the time stamp authority is not trusted. Nothing was asked."),
    "answer": N_("At the address of the time stamp authority something else answers. Correct the address."),
    "large": N_("The time stamp authority answers with more than a reply can be. Nothing was kept."),
}
"""Why a time stamp is not kept or not believed."""


class StampRefused(TestimonyError):
    """`reason` is a key of `STAMP_SENTENCES`."""

    code = "stamp.refused"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = STAMP_SENTENCES[reason]


COSIGN_SENTENCES = {
    "form": N_("This is no file that headquarters wrote to be cosigned. Nothing was signed."),
    "key": N_(
        "The log in this file is signed with another key than the one that you compared. Nothing was signed; report it."
    ),
    "first": N_("This log is not known here yet. Compare its key with headquarters and name it (--log)."),
    "forked": N_(
        "This log does not continue the one that you cosigned last. Nothing was signed. Keep both files and report it: "
        "headquarters may have told two stories."
    ),
    "back": N_(
        "This log is shorter than the one that you cosigned last. Nothing was signed. Ask for a newer file; if there "
        "is none, report it."
    ),
    "epoch": N_(
        "Headquarters says that it was restored from a backup. Ask it by another way; if it is so, cosign with "
        "--restored."
    ),
    "proof": N_(
        "This file does not show that the log continues the one that you cosigned last. Ask for one that does "
        "(“testimony checkpoint export --since %(size)s”)."
    ),
    "state": N_(
        "The file of what was cosigned here is damaged. Nothing was signed. Put back a copy of it; never begin anew."
    ),
    "other": N_("This is not a cosigned head of this server's log, or it was changed. Nothing was taken in."),
    "unnamed": N_(
        "No partner that the roster names cosigned this head. Put the partner into the roster first (“testimony roster "
        "witness”)."
    ),
    "central": N_("Only central keeps cosignatures. Take the file there."),
}
"""Why a head is not cosigned, or a cosignature not taken in."""


class CosigningRefused(TestimonyError):
    """`reason` is a key of `COSIGN_SENTENCES`."""

    code = "cosigning.refused"

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = COSIGN_SENTENCES[reason]


class WitnessUnusable(TestimonyError):
    code = "witness.unusable"
    sentence = N_(
        "This is no public key of a partner (name+digits+key, as “testimony checkpoint witness” prints it), or it "
        "cannot be named so. Nothing was changed."
    )


class MailNotSent(TestimonyError):
    """`reason` is a key of `MAIL_SENTENCES`: neither an address nor what a server said."""

    code = "mail.not-sent"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = MAIL_SENTENCES[reason]


def outline(kind: type[BaseException], trace: TracebackType | None) -> str:
    """An exception for the log: its class and where it arose, never its text, which may hold what must not be kept."""
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
    return " < ".join([kind.__name__, *reversed(places)])
