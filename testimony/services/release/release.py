"""The acts of a release: plan, build, approve, send, hand out, cancel and recall.

Each act reads consent and the ledger again. Nothing leaves because of one desk alone, nor before the order to send it
came back from central's log. What holds a release back is raised as an error; a build records it in the ledger as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from testimony import canonical
from testimony.anonymity.errors import HierarchyUnusable, PresetTooWeak, ProfileUnfit, RiskTooHigh
from testimony.anonymity.profile import Made, Profile
from testimony.anonymity.validity import PRESETS
from testimony.domain.errors import LedgerRefused, ReleaseClock
from testimony.domain.ledger.ledger import Ledger, LedgerBatch
from testimony.domain.ledger.state import Stage
from testimony.publication.errors import EditionUnfit
from testimony.services.custody import log as custody_log
from testimony.services.ledger import ledger
from testimony.services.ledger.errors import LedgerForked, LedgerIncomplete
from testimony.services.ledger.ledger import Proposal, Reason
from testimony.services.release import desk as release_desk
from testimony.services.release import plan as release_plan
from testimony.services.release import progress as release_progress
from testimony.services.release.desk import Desk, Releaser, TakenBack
from testimony.services.release.errors import ReleaseRefused
from testimony.services.release.plan import Order, Plan

REFUSALS: Final = (ReleaseRefused, RiskTooHigh, HierarchyUnusable, ProfileUnfit, PresetTooWeak, EditionUnfit,
                   LedgerRefused, LedgerIncomplete, LedgerForked, ReleaseClock)  # fmt: skip
"""Errors that hold a release back: each is a correct result, and is recorded if a build raised it."""
FLOOR: Final = "trusted"


def plan(by: Releaser, order: Order, *, name: str = "") -> Plan:
    """What would be released now for `order`; writes nothing. `name`: of the release, a new one each time if not given.

    If no profile is pinned for the preset, one is made (`Plan.made`). Raises one of `REFUSALS`.
    """
    release_plan.least_of(order.recipients, FLOOR)
    desk = Desk(by, release_desk.ledger_of(by), order.recipients)
    return plan_at(desk, order, name=name)


def plan_at(desk: Desk, order: Order, *, name: str = "") -> Plan:
    """The same from what was read at `desk`."""
    preset = release_plan.preset_of(order, _floor(desk.ledger))
    profile, made = release_desk.profile_of(desk.ledger, preset.id), None
    if profile is None:
        made = release_plan.make_profile(release_desk.pool(desk), preset, order.prefer)
        profile = Profile.read(made.profile.value)
    pool = release_desk.pool(desk, period=order.period)
    return release_plan.compose(pool, order, profile, name=name or ledger.new_name(), made=made)


def pin(by: Releaser, order: Order, *, floor: str = FLOOR, again: bool = False) -> Made | None:
    """Make and pin a profile for `order` if its preset has none, or replace it (`again`).

    Opens the ledger with `floor` if there is none. The new tiers are for unpublished accounts. None if one is pinned
    already. Raises one of `REFUSALS`, also if no line could be made, since such tiers would stay.
    """
    held = _opened(by, order, floor)
    desk = Desk(by, held, order.recipients)
    preset = release_plan.preset_of(order, _floor(desk.ledger))
    if not again and release_desk.profile_of(desk.ledger, preset.id) is not None:
        return None
    made = release_plan.make_profile(release_desk.pool(desk), preset, order.prefer)
    if not made.published:
        raise release_plan.too_small(release_desk.pool(desk), made.profile)
    ledger.pin(by.station, by.reader, desk.ledger, made.profile, day=by.day)
    return made


def build(by: Releaser, order: Order, *, name: str = "", expected: Mapping[str, str] | None = None) -> Plan:
    """Propose a release: write the result of `plan` into the ledger. Nothing is released.

    `expected`: the SHA-256 of each recipient's file, as a person saw them in the plan `name`. Raises one of `REFUSALS`,
    which is then recorded.
    """
    try:
        held = _opened(by, order, FLOOR)
        if held.open_batch is not None:
            raise LedgerRefused("open")
        desk = Desk(by, held, order.recipients)
        made = plan_at(desk, order, name=name)
        if expected is not None and dict(expected) != made.sha256:
            raise ReleaseRefused("changed")
        if made.made is not None:
            ledger.pin(by.station, by.reader, held, made.profile, day=by.day)
            held = release_desk.ledger_of(by)
        _propose(by, held, made)
    except REFUSALS as refusal:
        refuse(by, refusal)
        raise
    return made


def preview(by: Releaser, name: str) -> Mapping[str, bytes]:
    """The files of the release `name` in progress: the exact bytes that leave, rebuilt from what is here.

    Raises `LedgerRefused("unknown")`, `ReleaseRefused` (withdrawn, differs) and the others of `REFUSALS`.
    """
    held = release_desk.ledger_of(by)
    desk = Desk(by, held, _batch(held, name, pending=True).recipients)
    return release_desk.again(desk, name).files


def approve(by: Releaser, name: str) -> str:
    """Approve, as another person, what this desk makes from its own data, byte for byte. Returns the name of the entry.

    Raises as `preview`, and `LedgerRefused` (twice, stage, role).
    """
    held = release_desk.ledger_of(by)
    batch = _batch(held, name)
    if batch.by == by.reader.id:
        raise LedgerRefused("twice")
    desk = Desk(by, held, batch.recipients)
    release_desk.again(desk, name)
    release_desk.require_told_once(desk, batch)
    release_progress.require_invariant(held, batch.contents, batch.k, batch.m, new=False)
    return ledger.approve(by.station, by.reader, held, name, day=by.day)


def send(by: Releaser, name: str, recipients: Iterable[str]) -> str:
    """Order it to leave for `recipients`. Returns the name of the entry. Bytes are handed out after it came back.

    If testimonies in it may no longer be released, or have changed, it is cancelled: build it again. Raises as
    `approve`.
    """
    held = release_desk.ledger_of(by)
    batch = _batch(held, name)
    if batch.stage not in (Stage.APPROVED, Stage.LEFT):
        raise LedgerRefused("stage")
    _require_unchanged(by, held, batch)
    release_progress.will_leave(by.station, name)  # first: if the process dies in between, it can still be cancelled
    return ledger.leave(by.station, by.reader, held, name, frozenset(recipients), day=by.day)


def hand_out(by: Releaser, name: str, recipient: str) -> bytes:
    """The file for `recipient`, for the person who ordered it to leave, once that order is in central's log.

    Consent and ledger are checked a last time, and what may no longer leave is cancelled. From then on the file is kept
    here and given again unchanged. Raises as `send`, and `ReleaseRefused("pending")`.
    """
    held, who = release_desk.ledger_of(by), by.reader.id
    batch = _batch(held, name)
    if batch.left.get(recipient) != who:
        ordered = release_progress.is_ordered(held, who, name, recipient)
        raise ReleaseRefused("pending") if ordered else LedgerRefused("stage")
    sha256 = batch.files[recipient]
    store = release_progress.store(by.station.settings)
    if release_progress.is_handed(held, who, name, recipient):
        return store.read(sha256)
    data = _require_unchanged(by, held, batch)[recipient]
    ledger.require_may_hand_out(held, by.reader, name, recipient, sha256)
    store.put_all({sha256: data})  # on the disk before it is reported as handed out
    ledger.handed(by.station, by.reader, held, name, recipient, sha256, day=by.day)
    return data


def cancel(by: Releaser, name: str) -> str:
    """Cancel a release. After it left, only the person who ordered it may, at the same desk, if nothing was handed out.

    A home that was restored since does not know what it handed out, and cancels nothing. Raises `LedgerRefused`.
    """
    held = release_desk.ledger_of(by)
    if not release_progress.may_cancel(by.station, held, _batch(held, name, pending=True)):
        raise LedgerRefused("handed")
    return ledger.cancel(by.station, by.reader, held, name, day=by.day)


def recall(by: Releaser, class_id: str, reason: Reason, *, manifests: Collection[str] = ()) -> str:
    """Recall a class, or if `manifests` are given these within a random cohort that is large enough.

    Raises `LedgerRefused` (unpublished, recalled, cohort).
    """
    held = release_desk.ledger_of(by)
    wanted = frozenset(map(held.member, manifests))
    return ledger.recall(by.station, by.reader, held, class_id, reason, wanted=wanted, day=by.day)


def refuse(by: Releaser, refusal: Exception) -> None:
    """Record that nothing is released, and why: for every coordinator, or only here if the ledger cannot be read."""
    reason = getattr(refusal, "reason", "") or str(getattr(refusal, "code", ""))
    values = getattr(refusal, "values", {})
    counts = {name: value for name, value in values.items() if isinstance(value, int)}
    try:
        held = release_desk.ledger_of(by)
        ledger.refused(by.station, by.reader, held, reason, counts, day=by.day)
    except REFUSALS:
        said = {"v": "testimony/1/release-refused", "reason": reason, **counts}
        ref = canonical.sha256_hex(canonical.encode(said))
        with by.station.database.transaction() as session:
            custody_log.append(session, kind="refused", ref=ref, by=by.reader.id, day=by.day.isoformat())


def _opened(by: Releaser, order: Order, floor: str) -> Ledger:
    """The ledger, which is opened with `floor` if there is none. Raises `ReleaseRefused` (recipient, preset)."""
    release_plan.least_of(order.recipients, FLOOR)
    held = release_desk.ledger_of(by)
    if held.key:
        return held
    if floor not in PRESETS:
        raise ReleaseRefused("preset", preset=floor, least=FLOOR)
    ledger.open_(by.station, by.reader, held, PRESETS[floor], day=by.day)
    return release_desk.ledger_of(by)


def _floor(held: Ledger) -> str:
    return held.floor.preset if held.floor else FLOOR


def _propose(by: Releaser, held: Ledger, made: Plan) -> None:
    """Raises `ReleaseRefused("broken")`, `LedgerRefused`."""
    contents = release_desk.contents_of(held, made, TakenBack.of(held))
    release_progress.require_invariant(held, contents, made.preset.k, made.preset.m)
    proposal = Proposal(
        name=made.name,
        profile=ledger.name_of_profile(made.profile.value),
        first=made.first,
        recipients=made.order.recipients,
        files=made.sha256,
        contents=contents,
    )
    ledger.propose(by.station, by.reader, held, proposal, day=by.day)


def _batch(held: Ledger, name: str, *, pending: bool = False) -> LedgerBatch:
    """The release `name`. `pending`: also if it has not come back from central's log.

    Raises `ReleaseRefused("pending")`, `LedgerRefused("unknown")`.
    """
    batch = held.ahead.batches.get(name)
    if batch is None:
        raise LedgerRefused("unknown")
    if name not in held.batches and not pending:
        raise ReleaseRefused("pending")
    return held.batches.get(name, batch)


def _require_unchanged(by: Releaser, held: Ledger, batch: LedgerBatch) -> Mapping[str, bytes]:
    """The rebuilt files. What differs by now is cancelled, unless somebody received it. Raises `ReleaseRefused`."""
    desk = Desk(by, held, batch.recipients)
    try:
        return release_desk.again(desk, batch.name).files
    except (ReleaseRefused, RiskTooHigh):
        if release_progress.may_cancel(by.station, held, batch):
            ledger.cancel(by.station, by.reader, held, batch.name, day=by.day)
        raise
