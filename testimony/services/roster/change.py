"""The sentences about changes of a roster, and a change with what is put into its sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from testimony.errors import N_

ROLES: Final = {
    "lawyer": N_("lawyer"), "coordinator": N_("coordinator"), "recovery": N_("recovery"),
    "interviewer": N_("interviewer"), "phone": N_("phone"), "node": N_("field station"),
    "central": N_("central server"),
}  # fmt: skip
READERS: Final = {"lawyers": N_("lawyers"), "coordinators": N_("coordinators"), "recovery": N_("recovery")}
SENTENCES: Final = {
    "reader.new": N_(
        "%(id)s becomes a reader (%(role)s): from now on testimonies are sealed to this key too, as far as witnesses "
        "agree to it."
    ),
    "reader.ends": N_("%(id)s (%(role)s) may no longer read new testimonies, and keeps what was read before."),
    "reader.key": N_(
        "%(id)s (%(role)s) reads with a new key: new testimonies are sealed to it. Older ones stay with the old key "
        "until another reader of that role lets the new one in."
    ),
    "recovery.key": N_(
        "%(id)s is a new recovery key: new testimonies are sealed to it. It opens older ones "
        "after lawyers, and three shares of the older key, give it access."
    ),
    "interviewer.new": N_("%(id)s may take down testimonies, and reads none of them afterwards."),
    "interviewer.ends": N_("%(id)s may take down no more testimonies. Those that they took down stay good."),
    "interviewer.key": N_(
        "%(id)s signs with new keys. A draft that the old passphrase locked stays unreadable; what was sealed stays "
        "good."
    ),
    "phone.new": N_("The phone %(id)s may deliver testimonies."),
    "phone.ends": N_("The phone %(id)s may deliver nothing more. What it delivered stays good."),
    "phone.lost": N_(
        "The phone %(id)s is lost: every field station that hears of it destroys the keys of the drafts on it and "
        "signs out who used it. What it delivered stays good."
    ),
    "phone.key": N_("The phone %(id)s signs with a new key, and its old one can do nothing more."),
    "node.new": N_("The field station %(id)s may take testimonies in and bring them here. It reads none of them."),
    "node.ends": N_(
        "The field station %(id)s gets nothing from this server and brings nothing to it any more. What it brought "
        "stays good."
    ),
    "node.key": N_("The field station %(id)s is replaced by one with a new key; the old key can do nothing more."),
    "central.new": N_("%(id)s becomes a central server: it collects what stations bring, and reads none of it."),
    "central.ends": N_("The central server %(id)s is trusted by no station any more."),
    "central.key": N_("The central server %(id)s is replaced by one with a new key; the old key can do nothing more."),
    "policy": N_("Who may open the part “%(part)s” changes. From now on: %(readers)s."),
    "slots": N_("There are places for %(number)s %(readers)s from now on."),
    "organisation": N_(
        "What witnesses are told changes: names of the organisation, uses that it asks for, referrals or checked "
        "wordings."
    ),
    "use.new": N_("From now on witnesses are asked: %(purpose)s. For: %(name)s."),
    "use.changes": N_("What witnesses are asked changes: %(purpose)s. For: %(name)s."),
    "use.ends": N_("Witnesses are no longer asked: %(purpose)s. For: %(name)s. What they agreed to stays good."),
    "use.name": N_("Witnesses hear this name in the language “%(language)s”: %(name)s."),
    "use.months": N_("A yes to it holds %(months)s months."),
    "use.endless": N_("A yes to it has no end."),
    "use.case": N_("The roster says of this case: %(details)s."),
    "trust": N_("Which questionnaires, or which authority, stations trust changes."),
    "form": N_("Field stations ask another questionnaire from now on. Its SHA-256 is %(sha256)s."),
    "confirmers": N_("Who confirms that a list of readers is the newest changes. From now on: %(names)s."),
    "address": N_("Stations that were given no address of a central server look for it here: %(url)s."),
    "seals": N_(
        "Phones seal version %(number)s of the format from now on. A station with an older program takes nothing of it "
        "in until it is updated; nothing is lost."
    ),
    "drafts.node": N_(
        "An unfinished interview opens only near the field station, unless its page was never closed, from now on."
    ),
    "drafts.sitting": N_(
        "An unfinished interview opens with the passphrase alone for four hours after it began, from now on. After that"
        " it opens only near the field station."
    ),
    "drafts.none": N_("An unfinished interview opens with the passphrase alone, from now on."),
    "witnesses": N_("The partners that cosign headquarters' log change. From now on: %(names)s."),
    "entry": N_("What the roster says of %(id)s changes in a way that this program does not know."),
    "other": N_("The roster changes in a way that this program does not know: %(name)s."),
    "renewed": N_("Nobody comes and nobody goes: the roster gets new dates."),
    "dates": N_("Number %(no)s, from %(issued)s until %(expires)s: prepared at another time."),
    "date.ahead": N_(
        "This roster is dated %(issued)s, and the last one %(last)s: rosters are renewed sooner. Compare the date with "
        "a phone or a watch, and sign only if it is right."
    ),
    "date.behind": N_(
        "This roster is dated %(issued)s, before the last one of %(last)s. Sign it only if that one was dated wrongly."
    ),
    "few": N_("Fewer than two lawyers are left: nothing can be sealed until another one is admitted."),
    "words": N_("The request of %(id)s has the words: %(words)s. Have them read to you, and sign only if they agree."),
    "no-words": N_(
        "There is no request with the key of %(id)s, and no words to compare. Sign only if you made this key yourself."
    ),
}
GRAVE: Final = frozenset(
    (
        "reader.new",
        "reader.key",
        "recovery.key",
        "central.new",
        "central.key",
        "policy",
        "use.new",
        "use.changes",
        "form",
        "confirmers",
        "drafts.sitting",
        "drafts.none",
        "witnesses",
        "date.ahead",
        "date.behind",
        "entry",
        "other",
        "few",
        "no-words",
    )
)
"""Changes that a signer should check twice."""
Translate = Callable[[str], str]


@dataclass(frozen=True)
class Change:
    """`kind`: a key of `SENTENCES`. `values` are put into the sentence unchanged, `terms` are translated first."""

    kind: str
    values: Mapping[str, object] = field(default_factory=dict)
    terms: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def grave(self) -> bool:
        return self.kind in GRAVE

    def say(self, translate: Translate = str, isolate: Translate = str) -> str:
        """The sentence, in English unless it is translated. `isolate`: a function that wraps names."""
        terms = {name: ", ".join(map(translate, words)) for name, words in self.terms.items()}
        values = {name: isolate(str(value)) for name, value in self.values.items()}
        return translate(SENTENCES[self.kind]) % {**values, **terms}
