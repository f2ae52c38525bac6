"""Errors of log proofs, time stamps and cosignatures."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError


class ProofBad(TestimonyError):
    code = "log.proof"
    kind = Kind.CONFLICT
    sentence = N_("The log does not prove what it says. Do not rely on it; report it.")


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
    kind = Kind.REFUSED

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = COSIGN_SENTENCES[reason]


class WitnessUnusable(TestimonyError):
    code = "witness.unusable"
    kind = Kind.REFUSED
    sentence = N_(
        "This is no public key of a partner (name+digits+key, as “testimony checkpoint witness” prints it), or it "
        "cannot be named so. Nothing was changed."
    )


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
    kind = Kind.REFUSED

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = STAMP_SENTENCES[reason]
