"""The acts of a release, from the order to the bytes that leave: plan, build, approve, send, hand out, cancel, recall.

Each act looks up consent and the ledger anew. Nothing leaves on the word of one desk, nor before the order to leave came
back from central's log. What holds a release back is raised as a noun of `errors`; a build writes it down as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from testimony.anonymity.invariant import Membership, broken
from testimony.anonymity.profile import Made, Profile
from testimony.anonymity.validity import PRESETS, Rule
from testimony.domain.ledger import Ledger, LedgerBatch
from testimony.domain.ledgerbatch import Contents
from testimony.domain.ledgerstate import Stage
from testimony.domain.roles import Role
from testimony.errors import (
    HierarchyUnusable,
    LedgerForked,
    LedgerIncomplete,
    LedgerRefused,
    PresetTooWeak,
    ProfileUnfit,
    ReleaseClock,
    ReleaseRefused,
    RiskTooHigh,
)
from testimony.services import codedaccounts, ledger, releasedesk, releaseplan
from testimony.services.codedaccounts import WITHDRAWN
from testimony.services.ledger import Proposal, Reason
from testimony.services.releasedesk import Desk, Releaser
from testimony.services.releaseplan import Order, Plan
from testimony.services.station import RELEASES
from testimony.store.accounts import FactRow
from testimony.store.parts import PartStore

REFUSALS: Final = (ReleaseRefused, RiskTooHigh, HierarchyUnusable, ProfileUnfit, PresetTooWeak, LedgerRefused,
                   LedgerIncomplete, LedgerForked, ReleaseClock)  # fmt: skip
"""What holds a release back: each is a correct result, and is written down where a build met it."""
LEAVING: Final = "leaving:"
"""A fact of this desk, with the name of a batch that its reader let leave: in which life of its database."""
FLOOR: Final = "trusted"


def plan(by: Releaser, order: Order, *, name: str = "") -> Plan:
    """What would leave now for `order`; writes nothing. `name`: of the release, another each time if it is not given.

    Where no profile is pinned for the preset, one is made for it (`Plan.made`). Raises one of `REFUSALS`.
    """
    releaseplan.least_of(order.recipients, FLOOR)
    return _plan(releasedesk.look(by, order.recipients), order, name or ledger.new_name())


def pin(by: Releaser, order: Order, *, floor: str = FLOOR, again: bool = False) -> Made | None:
    """Make and pin a profile for `order` where its preset has none, or another one in its place (`again`).

    Opens the ledger with `floor` where there is none. The new tiers are for what was not published. None where one is
    pinned already. Raises one of `REFUSALS`.
    """
    desk = _opened(by, order, floor)
    preset = releaseplan.preset_of(order, _floor(desk.ledger))
    if releasedesk.profile_of(desk.ledger, preset.id) is not None and not again:
        return None
    made = releaseplan.make_profile(releasedesk.pool(desk), preset)
    ledger.pin(by.station, by.reader, desk.ledger, made.profile, day=by.day)
    return made


def build(by: Releaser, order: Order, *, name: str = "", expected: Mapping[str, str] | None = None) -> Plan:
    """Propose a release: what `plan` gives, written into the ledger. Nothing leaves.

    `expected`: the SHA-256 of each recipient's file, as a person saw them in the plan `name`. Raises one of `REFUSALS`,
    which is then written down.
    """
    try:
        pin(by, order)
        desk = releasedesk.look(by, order.recipients)
        made = _plan(desk, order, name or ledger.new_name())
        if expected is not None and dict(expected) != made.sha256:
            raise ReleaseRefused("changed")
        _propose(by, desk, made)
    except REFUSALS as refusal:
        refuse(by, order, refusal)
        raise
    return made


def refuse(by: Releaser, order: Order, refusal: Exception) -> None:
    """Write down that nothing may leave, and why: for everybody where the ledger can be written, else here alone."""
    reason = getattr(refusal, "reason", "") or getattr(refusal, "code", "")
    ...
