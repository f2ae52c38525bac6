"""The results of an archive check as sentences, shared by the command line and the page `verify.html`.

The sentences are message ids: the page gets their translations from the catalogues when it is built (`.ci/verifier`).
"""

from __future__ import annotations

from typing import Final

from testimony.errors import N_
from testimony.sealing.verification import Finding


def sentence(finding: Finding) -> str:
    """The finding in English."""
    return SENTENCES[finding.code] % finding.values


SENTENCES: Final = {
    "file.not": N_("This is not an archive of testimonies."),
    "file.truncated": N_("This file is cut off, or something was put behind it. Ask for it again."),
    "file.form": N_(
        "This file is not put together as archives are. Somebody changed it, or wrote it with another tool."
    ),
    "file.large": N_("Something in this file is larger than an archive allows."),
    "file.damaged": N_("A file in this archive is damaged. Ask for the archive again."),
    "file.newer": N_("This archive was made by a newer version. Get a newer verifier, then check it again."),
    "list.form": N_("The list of contents cannot be read. Nothing else was checked."),
    "list.other": N_(
        "The list of contents does not name exactly the files that are here; the first that differs: %(name)s."
    ),
    "list.changed": N_("This file is not the one that the list of contents names: %(name)s."),
    "list.damaged": N_("This file in the archive is damaged: %(name)s. Ask for the archive again."),
    "list.misnamed": N_("This file is named by a hash that is not its own: %(name)s."),
    "list.whole": N_("All files are exactly those on the list of contents: %(number)s."),
    "list.signed": N_("%(person)s made this archive on %(day)s and signed its list of contents."),
    "list.use": N_("Parts of it are shown in clear for this case: %(use)s."),
    "list.unsigned": N_("Nobody of the organisation signed this list of contents."),
    "list.foreign": N_("The list of contents names another organisation than the root that is here."),
    "list.times": N_("Time stamps of authorities are here and were not checked: %(number)s. Check them with openssl."),
    "root.form": N_("The root of the organisation cannot be read. Nothing else was checked."),
    "root.words": N_(
        "The organisation's root is: %(words)s. Compare these six words with a source that did not come with this "
        "file."
    ),
    "rosters.hold": N_("Rosters that follow the root without a gap: %(number)s; the last is no %(no)s of %(day)s."),
    "rosters.refused": N_("The rosters do not follow the root: %(name)s is not signed by it, or does not fit."),
    "record.refused": N_(
        "A record is not signed by somebody who may, or has not the form that it must have: %(name)s."
    ),
    "record.strange": N_("No signed record here names this file: %(name)s."),
    "annexes.hold": N_("Sealed statements about these testimonies, whose signatures hold: %(number)s."),
    "revoked.holds": N_("The roots say that the key %(key)s counts up to entry %(no)s of a log, and no further."),
    "manifest.holds": N_(
        "Taken down on %(day)s; the list of its parts is signed by %(device)s, a device of roster no %(no)s."
    ),
    "manifest.imported": N_(
        "Imported on %(day)s; the list of its parts is signed by %(device)s, a lawyer of roster no %(no)s."
    ),
    "manifest.newer": N_("This testimony was made by a newer version. Get a newer verifier, then check it again."),
    "manifest.refused": N_("The list of its parts is not signed by a device of the organisation, or was changed."),
    "manifest.revoked": N_("The device that signed it was revoked before headquarters received it."),
    "manifest.early": N_("Its day, %(day)s, is before the roster that it names: the device could not have known it."),
    "manifest.late": N_("Its day, %(day)s, is after the day on which the log received it."),
    "manifest.expired": N_("The roster that it names had expired on its day, %(day)s."),
    "manifest.removed": N_("A newer roster had taken its device out before its day, %(day)s."),
    "sealed.whole": N_("Sealed heads and bodies that are exactly those of the list of its parts: %(number)s."),
    "sealed.lacking": N_(
        "Sealed heads and bodies that are exactly those of the list of its parts: %(number)s. Not here: %(missing)s."
    ),
    "sealed.absent": N_("The sealed parts are not in this archive."),
    "revealed.holds": N_("The part %(part)s is shown in clear and is exactly the one that was sealed."),
    "revealed.header": N_("The part %(part)s is shown in clear, and its first line does not belong to this testimony."),
    "revealed.commitment": N_(
        "The part %(part)s is shown in clear, and its first line is not the one that was sealed."
    ),
    "revealed.content": N_("The part %(part)s is shown in clear, and its words are not the ones that were sealed."),
    "revealed.nowhere": N_("A part is shown in clear that belongs to no testimony here: %(name)s."),
    "interviewer.holds": N_("%(person)s took it down and signed for all its parts at %(time)s."),
    "interviewer.imported": N_("%(person)s, a lawyer, imported it and signed for all its parts at %(time)s."),
    "interviewer.refused": N_("The interviewer's or lawyer's signature does not belong to this testimony."),
    "interviewer.sealed": N_("The name of the person who recorded it stays sealed in this archive."),
    "log.head": N_("%(station)s signed its log of %(size)s entries."),
    "log.refused": N_("The signed head of a log is not signed by headquarters: %(name)s."),
    "log.grew": N_("The log of %(old)s entries is the beginning of that of %(size)s."),
    "log.forked": N_(
        "Headquarters signed two logs that contradict each other, of %(old)s and of %(size)s entries. Do not rely on "
        "them; report it."
    ),
    "log.unproven": N_("Nothing here shows that the log of %(old)s entries is the beginning of that of %(size)s."),
    "log.entry": N_("This entry is not in the log that headquarters signed: %(name)s."),
    "cosigned.holds": N_(
        "%(partner)s, a partner that the roster names, cosigned the log of %(size)s entries at %(time)s: it saw no "
        "other story until then."
    ),
    "cosigned.refused": N_("The cosignature of %(partner)s under the log of %(size)s entries does not hold."),
    "cosigned.unknown": N_(
        "Somebody whom no roster names cosigned the log of %(size)s entries: %(partner)s. It proves nothing here."
    ),
    "time.holds": N_(
        "%(authority)s, a time stamp authority, signed that the log of %(size)s entries existed at %(time)s. Its "
        "certificates were in force then, until %(until)s; a stamp that was made before stays good. They go back to "
        "the certificate %(root)s: compare it with a source that did not come with this file."
    ),
    "time.strange": N_("This time stamp belongs to no head of a log that is here: %(name)s."),
    "time.form": N_("This is no reply of a time stamp authority: %(name)s."),
    "time.status": N_("This reply of a time stamp authority is a refusal: %(name)s."),
    "time.imprint": N_("This time stamp is of something else than the head that its name says: %(name)s."),
    "time.nonce": N_("This time stamp answers another question than the one beside it: %(name)s."),
    "time.signature": N_("This time stamp was changed after the authority signed it: %(name)s."),
    "time.certificate": N_("Who signed this time stamp is not certified for time stamps alone: %(name)s."),
    "time.root": N_("This time stamp does not go back to an authority that is trusted: %(name)s."),
    "time.expired": N_(
        "A certificate behind this time stamp was not in force on the day of the stamp, so it proves no time: %(name)s."
    ),
    "time.roots": N_("The certificates beside this time stamp cannot be read: %(name)s."),
    "time.algorithm": N_(
        "This time stamp is signed in a way that cannot be checked here: %(name)s. Check it with openssl."
    ),
    "received.holds": N_("Headquarters received it on %(day)s: entry %(no)s of its log of %(size)s; the proof holds."),
    "received.open": N_("No proof that headquarters received it is in this archive."),
    "receipt.holds": N_("%(station)s signed that it holds this testimony; heads and bodies named: %(number)s."),
    "receipt.refused": N_("A receipt is not signed by a station of the organisation, or is for something else."),
    "receipt.empty": N_("A receipt names nothing, or does not say that it is stored for good: it proves nothing."),
    "receipt.forked": N_("A receipt contradicts the log of the station that signed it."),
    "withdrawn.all": N_("The witness took this testimony back on %(day)s. Do not use it."),
    "withdrawn.part": N_("Sealed heads that were taken back on %(day)s: %(number)s."),
    "withdrawn.void": N_("A withdrawal of %(day)s was contested by a lawyer and a coordinator and does not count."),
}  # fmt: skip
"""By the code of a finding; what is in %(…)s comes out of the archive."""

CONCLUSIONS: Final = {"yes": "whole", "open": "unproven", "no": "fails"}
"""The sentence of `PAGE` for each conclusion."""

PAGE: Final = {
    "title": N_("Check an archive of testimonies"),
    "lead": N_("This page checks one file on this computer. It cannot reach any network, and nothing leaves it."),
    "choose": N_("Choose the archive"),
    "drop": N_("You can also drop it here."),
    "trust": N_(
        "A page that came together with an archive may have been changed together with it. When much depends on the "
        "answer, take this page from another source."
    ),
    "checking": N_("Checking: %(done)s of %(all)s files"),
    "whole": N_("Nothing contradicts what was found."),
    "unproven": N_(
        "What was found is consistent, but not proven: for a testimony here no log shows when it was received, or its "
        "day does not fit the roster."
    ),
    "fails": N_("Something FAILS. Do not rely on it; report it."),
    "yes": N_("holds"),
    "no": N_("FAILS"),
    "open": N_("not here"),
    "about": N_("The archive and who speaks for the organisation"),
    "testimony": N_("Testimony"),
    "shown": N_("Shown in clear"),
    "translation": N_("translation"),
    "sealed": N_("Everything in this part, as it was sealed"),
    "bytes": N_("%(type)s, %(number)s bytes"),
    "unreadable": N_("This file cannot be read."),
    "language": N_("Language"),
}
"""What the page says besides."""
