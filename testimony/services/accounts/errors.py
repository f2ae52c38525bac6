"""Errors of accounts, sign-in and draft shares."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError


class SignInRefused(TestimonyError):
    code = "signin.refused"
    kind = Kind.FORBIDDEN
    sentence = N_("Signing in did not succeed. Check the name and the passphrase, then try again.")


class ShareGone(TestimonyError):
    code = "share.gone"
    kind = Kind.GONE
    sentence = N_(
        "This node destroyed its half of the key, so this interview cannot be read any more. Delete it and begin again."
    )


class ShareElsewhere(TestimonyError):
    code = "share.elsewhere"
    kind = Kind.CONFLICT
    sentence = N_("Another node holds the other half of the key. Open this interview near the node where it was begun.")


class TooFast(TestimonyError):
    """Too many requests; the next one is allowed after `retry_after` seconds."""

    code = "asked.too-fast"
    kind = Kind.THROTTLED
    sentence = N_("That was tried too often. Wait a little, then try again; nothing was changed.")

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class DeviceUnknown(TestimonyError):
    code = "device.unknown"
    kind = Kind.UNKNOWN
    sentence = N_("The roster in force names no phone %(device)s. `testimony roster show` lists those that it names.")


class AccountUnknown(TestimonyError):
    code = "account.unknown"
    kind = Kind.UNKNOWN
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
    """An administrator's request was refused. `reason` is a key of `ACCOUNT_SENTENCES`."""

    code = "account.refused"
    kind = Kind.REFUSED

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = ACCOUNT_SENTENCES[reason]


class LinkRefused(TestimonyError):
    code = "account.link"
    kind = Kind.FORBIDDEN
    sentence = N_("This link was used, is older than a day, or was replaced. Ask an administrator for another one.")


class CredentialRefused(TestimonyError):
    """It does not reveal which check failed or whether the account exists."""

    code = "account.credential"
    kind = Kind.FORBIDDEN
    sentence = N_("Signing in did not succeed. Check what you typed or which key you used, then try again.")
