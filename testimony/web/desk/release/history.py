"""The history of the ledger beside its releases: refusals, late entries, published lines and recalls."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from testimony.anonymity.hierarchies import ANY
from testimony.domain.errors import LedgerRefused, ReleaseClock
from testimony.domain.ledger.acts import Act
from testimony.domain.ledger.batch import ClassMembers
from testimony.domain.ledger.ledger import Ledger, LedgerBatch, Refusal
from testimony.errors import N_
from testimony.publication.content import HIDDEN
from testimony.publication.text import vocabulary
from testimony.publication.text.phrases import LANGUAGES, Words
from testimony.services.release import candidates, recall_advice
from testimony.services.release.errors import ReleaseRefused
from testimony.web.desk.release import acts as release_acts
from testimony.web.desk.release import text as release_text
from testimony.web.text import i18n, labels

ACTS = {
    Act.OPEN: N_("the beginning of the ledger"),
    Act.PROFILE: N_("the levels of a preset"),
    Act.BATCH: N_("a proposed release"),
    Act.APPROVE: N_("an agreement"),
    Act.LEAVE: N_("an order to leave"),
    Act.CANCEL: N_("giving a release up"),
    Act.RECALL: N_("taking a line back"),
}
UNCOUNTED = ("testimonies", "k", "attribute", "least", "persons", "incidents")
"""What a sentence of a refusal may say that an old refusal does not."""
OTHER_REFUSALS = {
    "risk.too-high": N_("The risk was higher than the preset allows."),
    "profile.unfit": N_("The levels that were pinned are not those of this version."),
    "hierarchy.unusable": N_("The levels could not be used."),
    "preset.too-weak": N_("The preset is too weak."),
    "ledger.incomplete": N_("Entries of the ledger were not there."),
    "ledger.forked": N_("Headquarters' log told another story."),
    "edition.unfit": N_("The table did not keep what every file must keep."),
    "release.clock": N_("The clock of the desk was not right."),
}


ADVICE = {
    recall_advice.CORRECTED: N_("A lawyer corrected what it counts."),
    recall_advice.NOT_CLEARED: N_("It is not cleared any more."),
    recall_advice.PERSONS: N_("Lawyers linked accounts: fewer different people are in it than it promises."),
    recall_advice.INCIDENTS: N_("Lawyers linked accounts: fewer different pushbacks are in it than it promises."),
    recall_advice.TWICE: N_("Testimonies of it are in a second line, since the ledger had two stories."),
}


@dataclass(frozen=True, kw_only=True)
class LineTold:
    """A line that left: what it says, in words; `recalled`, `revoked`: what became of it since, empty where nothing."""

    id: str
    words: str
    lang: str
    n: int
    recalled: str
    revoked: int


def refusals(held: Ledger) -> list[tuple[str, str, str]]:
    """(day, who, why) of each build that gave nothing, the newest first."""
    return [(labels.day(one.day.isoformat()), one.by, why(one)) for one in reversed(held.refused)]


def why(one: Refusal) -> str:
    """The sentence of a refusal, as far as its counts fill it."""
    sentence = ReleaseRefused.REASONS.get(one.reason) or LedgerRefused.REASONS.get(one.reason)
    if sentence is None:
        return str(_(OTHER_REFUSALS[one.reason])) if one.reason in OTHER_REFUSALS else one.reason
    if "%(" not in sentence:
        return str(_(sentence))
    return str(_(sentence)) % {**dict.fromkeys(UNCOUNTED, "?"), **one.counts}


def overtaken(held: Ledger) -> list[tuple[str, str, str, str]]:
    """(day, who, what, why) of each entry that counts for nothing, the newest first."""
    return [
        (labels.day(one.day.isoformat()), one.by, str(_(ACTS.get(one.act, str(one.act)))), _too_late(one.reason))
        for one in reversed(held.overtaken)
    ]


def revoked(held: Ledger) -> list[tuple[str, str, int, list[str]]]:
    """(class, release, how many withdrew since, who has it): for the lines that receivers get."""
    found = []
    for id in sorted(held.revoked.keys() | held.ended.keys()):
        if id in held.state.classes:
            name, line = held.state.classes[id]
            left = [to for to in sorted(held.batches[name].left) if to in line.recipients and held.withdrawn(id, to)]
            found.append((id, name, len(held.withdrawn_from(id)), left))
    return found


def advised(held: Ledger) -> list[tuple[str, str, str, list[str]]]:
    """(line, release, why, testimonies) of each line whose recall is advised: by their numbers, and no answer."""
    found = recall_advice.advised(release_acts.releaser(), held)
    return [(one.class_id, one.batch, str(_(ADVICE[one.why])), list(one.tids)) for one in found]


def lines(held: Ledger, batch: LedgerBatch, lang: str) -> list[LineTold]:
    """Every line of a release, in words."""
    words = Words(lang if lang in LANGUAGES else LANGUAGES[0])
    return [
        LineTold(
            id=line.id,
            words=" · ".join(_labels(line, words)),
            lang=words.lang,
            n=line.n,
            recalled=_recalled(held, line.id),
            revoked=len(held.withdrawn_from(line.id)),
        )
        for line in batch.contents.classes
    ]


def line_words(held: Ledger, id: str, lang: str) -> labels.Words:
    """A line that left, in words."""
    words = Words(lang if lang in LANGUAGES else LANGUAGES[0])
    known = held.ahead.classes.get(id) or held.state.classes.get(id)
    if known is None:  # of an entry that this desk does not hold yet
        return labels.Words(id[:8], "und", "ltr")
    return labels.Words(" · ".join(_labels(known[1], words)), words.lang, "ltr")


def _labels(line: ClassMembers, words: Words) -> list[str]:
    names = [one.name for one in candidates.schema().attributes]
    told = zip(names, line.labels, strict=True)
    return [vocabulary.label_word(name, HIDDEN if label == ANY else label, words) for name, label in told]


def _recalled(held: Ledger, id: str) -> str:
    found = held.recalled.get(id)
    if found is None:
        return ""
    reason = str(_(release_text.REASONS[found.reason]))
    part = (
        _("taken back") if found.whole else _("taken back for a random group of %(number)s", number=len(found.members))
    )
    return f"{part}{i18n.colon()}{reason}"


def _too_late(reason: str) -> str:
    sentence = ReleaseClock.sentence if reason == "clock" else LedgerRefused.REASONS.get(reason, reason)
    return str(_(sentence))
