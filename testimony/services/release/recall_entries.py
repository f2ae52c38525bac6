"""Record in the ledger what was withdrawn after its release, whole or for one use, so that recipients are told."""

from __future__ import annotations

from collections.abc import Mapping

from testimony.domain.ledger.ledger import Ledger
from testimony.domain.ledger.state import Stage
from testimony.services.coding import opened_accounts
from testimony.services.ledger import ledger
from testimony.services.opening.news import WITHDRAWN
from testimony.services.release import candidates
from testimony.services.release import desk as release_desk
from testimony.services.release.desk import Releaser


def revoke(by: Releaser) -> int:
    """Record the released lines from which somebody has withdrawn since. Returns for how many testimonies that is new.

    Covers testimonies that are gone permanently (a suspended one may come back), and those that are kept while the use
    for a recipient of the line was withdrawn: then only that recipient is told. Raises as `release_desk.ledger_of`.
    """
    held = release_desk.ledger_of(by)
    with by.station.database.reading() as session:
        accounts = opened_accounts.open_accounts(
            by.station, session, by.reader, by.annexes, candidates.vocabulary(), at=by.day
        )
    if not held.key:
        return 0
    gone = sorted(member for one in accounts if one.gone == WITHDRAWN for member in held.aliases(one.manifest))
    ended = {
        member: candidates.codes_of(one.ended) for one in accounts if one.ended for member in held.aliases(one.manifest)
    }
    return _tell_whole(by, held, gone) + _tell_alone(by, held, ended)


def _tell_whole(by: Releaser, held: Ledger, gone: list[str]) -> int:
    new = 0
    for member in gone:
        untold = [id for id in _lines_of(held, member) if member not in held.revoked.get(id, ())]
        for id in untold:
            ledger.revoked(by.station, by.reader, held, member, class_id=id, day=by.day)
        new += bool(untold)
    return new


def _tell_alone(by: Releaser, held: Ledger, ended: Mapping[str, frozenset[str]]) -> int:
    new = 0
    for member, cards in sorted(ended.items()):
        codes, untold = set(map(release_desk.code, cards)), 0
        for id in _lines_of(held, member):
            recipients = {to for to in _sent(held, id) & codes if member not in held.withdrawn(id, to)}
            if recipients:
                ledger.ended(by.station, by.reader, held, id, member, recipients, day=by.day)
                untold += 1
        new += bool(untold)
    return new


def _lines_of(held: Ledger, member: str) -> list[str]:
    """The line in which the testimony of this pseudonym was released; two if branches of the ledger published it, or
    none.
    """
    ids = [id for id in held.lines_of.get(member, ()) if id in held.state.classes]
    return [id for id in ids if held.state.batches[held.state.classes[id][0]].stage is Stage.LEFT]


def _sent(held: Ledger, id: str) -> frozenset[str]:
    """The recipients for whom a line was ordered to leave."""
    name, line = held.state.classes[id]
    return frozenset(line.recipients) & held.batches[name].left.keys()
