"""The results of checking a testimony as sentences, for the desk's page and for `testimony verify`.

The sentences are message ids; the page shows their translations.
"""

from __future__ import annotations

from typing import Final

from testimony.errors import N_

SENTENCES: Final = {
    "manifest.imported": N_(
        "The list of its parts is signed by the lawyer who imported it, and nothing was changed since."
    ),
    "manifest.holds": N_("The list of its parts is signed by an enrolled device, and nothing was changed since."),
    "manifest.signature": N_("The list of its parts is not signed by the device that it names."),
    "manifest.unknown": N_("The list of its parts is signed by a device that was never enrolled."),
    "manifest.revoked": N_("The list of its parts is signed by a device whose key was revoked."),
    "manifest.roster": N_("The list of its parts names a roster that is not in the chain of this organisation."),
    "manifest.newer": N_("This testimony was made by a newer version of this program."),
    "manifest.altered": N_("The list of its parts was changed after it was signed."),
    "manifest.early": N_("Its day, %(day)s, is before the roster that it names: the device could not have known it."),
    "manifest.late": N_("Its day, %(day)s, is after the day on which the log received it."),
    "manifest.expired": N_("The roster that it names had expired on its day, %(day)s."),
    "manifest.removed": N_("A newer roster had taken its device out before its day, %(day)s."),
    "part.holds": N_("Every part that your key opens is here, and is exactly the one that was sealed."),
    "part.altered": N_("This part was changed or damaged after it was sealed: %(part)s."),
    "part.missing": N_("This part has not arrived here, or not in a form that this program reads: %(part)s."),
    "part.withdrawn": N_("This part was taken back or erased: %(part)s."),
    "part.pieces": N_("A piece was changed or damaged after it was sealed: %(part)s."),
    "part.lacking": N_("Not all pieces have arrived here: %(part)s."),
    "slots.stranger": N_(
        "More keys open this part than the roster has readers: %(part)s. Tell the people who keep the roster, and "
        "check the phone's program."
    ),
    "slots.displaced": N_(
        "This part should open with your key and does not: %(part)s. Somebody else may be in your place. Tell the "
        "people who keep the roster."
    ),
    "attestation.holds": N_("The interviewer signed that this is what was said."),
    "attestation.imported": N_("A lawyer signed that this account was imported from elsewhere."),
    "attestation.parts": N_("What the interviewer signed is of other parts than these."),
    "attestation.key": N_("Who signed as the interviewer was no active interviewer of this organisation then."),
    "attestation.signature": N_("The interviewer's signature does not belong to what it stands under."),
    "attestation.time": N_("The interviewer's signature has a time at which it cannot have been made."),
    "attestation.structure": N_("What the interviewer signed was changed or damaged."),
    "attestation.closed": N_(
        "Who took it down is not for your key, so the interviewer's signature cannot be checked here."
    ),
    "attestation.withdrawn": N_("The witness took back the part in which the interviewer signed."),
    "attestation.missing": N_("What the interviewer signed has not arrived here."),
    "receipt.holds": N_("A station signed that it holds it, and keeps to what it signed."),
    "receipt.waiting": N_("Headquarters has not signed for it yet."),
    "receipt.log": N_("No receipt is kept at this desk: the log itself proves what a receipt only promises."),
    "receipt.missing": N_("There is no receipt of it here, and no proof in the log in its place."),
    "receipt.signer": N_("A receipt of it is signed by somebody who is no station of this organisation."),
    "receipt.signature": N_("A receipt of it is not signed by the station that it names."),
    "receipt.empty": N_("A receipt names nothing, or does not say that it is stored for good: it proves nothing."),
    "receipt.other": N_("A receipt that is kept for it is of something else, or leaves out some of its parts."),
    "receipt.forked": N_("Headquarters signed in a receipt for another log than the one that it shows this desk."),
    "log.holds": N_("The log of headquarters proves that it came in, at entry %(position)s."),
    "log.waiting": N_("The log of headquarters has not confirmed it yet. Fetch again later."),
    "log.dropped": N_("Headquarters signed that it came in, and its log does not have it, or dropped it."),
    "log.proof": N_("The proof that it stands in the log of headquarters at entry %(position)s is wrong."),
    "log.head": N_("The head of the log of headquarters is not signed by headquarters."),
    "log.gap": N_("Entries are lacking from the log of headquarters here, so nothing proves that it came in."),
    "seen.stamped": N_(
        "Somebody else saw the log with it in it: a time stamp authority, %(by)s, stamped it on %(time)s."
    ),
    "seen.cosigned": N_("Somebody else saw the log with it in it: a partner, %(by)s, cosigned it on %(time)s."),
    "story.one": N_(
        "The log of headquarters was only added to, and everybody whose word came here was shown the same."
    ),
    "story.unread": N_("The log of headquarters was not read here yet. Fetch first."),
    "story.forked": N_("Headquarters showed others another log. Found on %(day)s."),
    "story.changed": N_(
        "The log of headquarters here is not the one that headquarters signed: earlier entries differ."
    ),
    "story.lacking": N_(
        "The log of headquarters names records that did not come here: %(number)s. A withdrawal of this testimony may "
        "be among them. Sync with headquarters again before you rely on it."
    ),
    "story.gap": N_("Entries are lacking from the log of headquarters here: what was dropped cannot be told."),
}
"""By the code of a finding; its values are put in for %(…)s."""
