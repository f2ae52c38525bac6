"""Describe the changes between two rosters, one sentence each, for the person who proposes and the one who signs.

The machine that signs computes them again from the two rosters, and trusts no sentence that came with a file. Every
difference is reported: one that this program does not know has a sentence of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from testimony.domain.consent.compartments import LEAST_LAWYERS
from testimony.domain.time import Dating, dating
from testimony.errors import N_
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.log import cosignature
from testimony.sealing.roster.admission import Admission
from testimony.sealing.roster.roster import ACTIVE, AUDIENCE_OF, AUDIENCES, Device, Person, Roster
from testimony.sealing.roster.trusted_files import KEY, Trust
from testimony.services.accounts import draft_shares
from testimony.services.accounts.draft_shares import LOST

OF_THEIR_OWN: Final = frozenset({"fresh", "seals"})
"""Keys of `trust` whose changes have a sentence of their own."""
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
        "%(id)s is a new recovery key: new testimonies are sealed to it. It opens older ones once lawyers, and three "
        "shares of the older key, let it in."
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
    "trust": N_("Which questionnaires, or which authority, stations trust changes."),
    "confirmers": N_("Who confirms that a list of readers is the newest changes. From now on: %(names)s."),
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
DATES: Final = frozenset(("no", "prev", "issued", "expires"))
"""Fields that change with every roster."""
SAID: Final = DATES | {
    "people",
    "devices",
    "policy",
    "slots",
    "organisation",
    "trust",
    "witnesses",
    "v",
    draft_shares.KEY,
}
OF_ENTRIES: Final = frozenset(("id", "role", "kind", "status", "keys", "age"))

Translate = Callable[[str], str]
One = Person | Device


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


def changes(before: Roster, after: Roster) -> list[Change]:
    """All differences except number and dates; at least one."""
    found = [
        *_of_entries(before.people, after.people),
        *_of_entries(before.devices, after.devices),
        *_of_unknown_in_entries(before, after),
        *_of_policy(before, after),
        *(
            Change("slots", {"number": after.slots[audience]}, {"readers": [READERS[audience]]})
            for audience in AUDIENCES
            if before.slots[audience] != after.slots[audience]
        ),
        *_of_witnesses(before, after),
        *([Change("organisation")] if before.value.get("organisation") != after.value.get("organisation") else []),
        *_of_trust(before, after),
        *_of_drafts(before, after),
        *(
            Change("other", {"name": name})
            for name in sorted(set(before.value) | set(after.value))
            if name not in SAID and before.value.get(name) != after.value.get(name)
        ),
    ]
    return found or [Change("renewed")]


def cautions(before: Roster, after: Roster, requests: Sequence[Admission]) -> list[Change]:
    """What to compare or consider before `after` is signed."""
    found = [Change("few")] if len(after.readers("lawyers")) < LEAST_LAWYERS else []
    issued, last = date.fromisoformat(after.issued), date.fromisoformat(before.issued)
    dated = dating(issued, last)
    if dated in (Dating.AHEAD, Dating.BEHIND):
        found.append(Change(f"date.{dated}", {"issued": after.issued, "last": before.issued}))
    entries: tuple[One, ...] = (*after.people, *after.devices)
    for one in entries:
        if _active(one) and not _had_keys(before, one):
            asked = next((asked for asked in requests if _is_of(asked, one)), None)
            found.append(
                Change("words", {"id": one.id, "words": fingerprint_words(asked.fingerprint)})
                if asked
                else Change("no-words", {"id": one.id})
            )
    return found


def _of_entries(before: Sequence[One], after: Sequence[One]) -> Iterator[Change]:
    held, now = {one.id: one for one in before}, {one.id: one for one in after}
    for id in dict.fromkeys((*held, *now)):
        old, new = held.get(id), now.get(id)
        was, is_now = old if old and _active(old) else None, new if new and _active(new) else None
        if was and is_now and _role(was) == _role(is_now):
            if _keys(was) != _keys(is_now):
                yield _change(is_now, "key")
            continue
        if was:
            lost = new is not None and new.status == LOST and _role(new) == "phone"
            yield _change(was, "lost" if lost else "ends")
        if is_now:
            yield _change(is_now, "new")
        if not was and not is_now and (old is None or new is None or _whole(old) != _whole(new)):
            yield Change("entry", {"id": id})


def _change(one: One, what: str) -> Change:
    role = _role(one)
    if role == "recovery" and what == "key":
        return Change("recovery.key", {"id": one.id})
    if role in AUDIENCE_OF:
        return Change(f"reader.{what}", {"id": one.id}, {"role": [ROLES[role]]})
    return Change(f"{role}.{what}", {"id": one.id})


def _of_unknown_in_entries(before: Roster, after: Roster) -> Iterator[Change]:
    """Content of entries that this version does not read."""
    for name in ("people", "devices"):
        held, now = (
            {
                one["id"]: {key: value for key, value in one.items() if key not in OF_ENTRIES}
                for one in roster.value[name]
            }
            for roster in (before, after)
        )
        for id in dict.fromkeys((*held, *now)):
            if held.get(id, {}) != now.get(id, {}):
                yield Change("entry", {"id": id})


def _of_policy(before: Roster, after: Roster) -> Iterator[Change]:
    for part in sorted(after.policy):
        if before.policy[part] != after.policy[part]:
            readers = [READERS[audience] for audience in AUDIENCES if audience in after.policy[part]]
            yield Change("policy", {"part": part}, {"readers": readers or ["–"]})


def _of_witnesses(before: Roster, after: Roster) -> Iterator[Change]:
    if before.value.get(cosignature.WITNESSES) != after.value.get(cosignature.WITNESSES):
        yield Change("witnesses", {"names": ", ".join(one.name for one in cosignature.of_roster(after)) or "–"})


def _of_trust(before: Roster, after: Roster) -> Iterator[Change]:
    """Raises `RosterRefused("structure")`."""
    held, named = Trust.from_roster(before), Trust.from_roster(after)
    if _trusted(before) != _trusted(after):
        yield Change("trust")
    if held.fresh != named.fresh:
        yield Change("confirmers", {"names": ", ".join(one.id for one in named.fresh) or "–"})
    if held.seals != named.seals:
        yield Change("seals", {"number": named.seals})


def _of_drafts(before: Roster, after: Roster) -> Iterator[Change]:
    said = draft_shares.setting(after)
    if said != draft_shares.setting(before):
        yield Change(f"drafts.{said}")
    elif before.value.get(draft_shares.KEY) != after.value.get(draft_shares.KEY):
        yield Change("other", {"name": draft_shares.KEY})


def _trusted(roster: Roster) -> Mapping[str, Any]:
    """All that the roster trusts but what has a sentence of its own. A roster that trusts nothing need not say so."""
    said: Mapping[str, Any] = roster.value.get(KEY, {})
    return {"files": []} | {name: value for name, value in said.items() if name not in OF_THEIR_OWN}


def _had_keys(before: Roster, one: One) -> bool:
    entries: Sequence[One] = before.people if isinstance(one, Person) else before.devices
    return any(_keys(held) == _keys(one) and held.id == one.id and _active(held) for held in entries)


def _is_of(asked: Admission, one: One) -> bool:
    """Whether the request is for exactly these keys in this role. Headquarters may have given another name."""
    recipient = one.recipient if isinstance(one, Person) else None
    return asked.keys == one.keys and asked.recipient == recipient and asked.kind == _role(one)


def _whole(one: One) -> tuple[Any, ...]:
    return _role(one), one.status, *_keys(one)


def _keys(one: One) -> tuple[Any, ...]:
    return one.keys, one.recipient if isinstance(one, Person) else None


def _role(one: One) -> str:
    return one.role if isinstance(one, Person) else one.kind


def _active(one: One) -> bool:
    return one.status == ACTIVE
