"""Check the logs: recompute every leaf and every inner hash, and compare them with heads and receipts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint, merkle
from testimony.services.custody import gaps
from testimony.services.custody import log as custody_log
from testimony.services.integrity.fsck_records import own_receipts
from testimony.services.integrity.home import Fault, Home, few
from testimony.store.models.log import ASIDE, OWN, LogHead, LogLeaf, LogNode

ORIGIN: Final = re.compile(r"testimony/1/log/([0-9a-f]{16})\n")
BROKEN: Final = "Stop this station and keep its disk; restore the last backup, and report it."
SYNCHRONISE: Final = (
    "A withdrawal may have been left out. Synchronise; if that does not help, report it, and import a bundle of "
    "another station that has the record."
)
MIRROR: Final = "Run `testimony sync --restored`, which reads that log from the beginning."


class Tree:
    """All complete subtrees over `leaves` (32 bytes each): a root of any size needs no hashing of leaves."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels = [list(leaves)]
        while len(self.levels[-1]) > 1:
            below = self.levels[-1]
            pairs = zip(below[::2], below[1::2], strict=False)
            self.levels.append([merkle.node_hash(left, right) for left, right in pairs])

    def root(self, size: int) -> bytes:
        """RFC 6962, 2.1: the largest complete subtree on the left, then the rest."""
        edge: list[bytes] = []
        start = 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                edge.append(self.levels[level][start >> level])
                start += 1 << level
        found = edge.pop() if edge else hashlib.sha256().digest()
        while edge:
            found = merkle.node_hash(edge.pop(), found)
        return found


def check(home: Home) -> Iterator[Fault]:
    with home.reading() as session:
        for log in session.scalars(select(LogLeaf.log).distinct()).all():
            yield from few(_tree(home, session, log))
        yield from few(_lacking(home, session))


def _tree(home: Home, session: Session, log: str) -> Iterator[Fault]:
    name, remedy = ("the own log", BROKEN) if log == OWN else (f"the log of {log} as it is mirrored here", MIRROR)
    columns = (LogLeaf.no, LogLeaf.leaf, LogLeaf.entry)
    leaves: list[bytes] = []
    for no, leaf, entry in session.execute(
        select(*columns).where(LogLeaf.log == log).order_by(LogLeaf.no).execution_options(yield_per=1000)
    ):
        if no != len(leaves):
            yield Fault(subject="log", words=f"Entry {len(leaves)} of {name} is missing. {remedy}")
            return
        if entry is not None and merkle.leaf_hash(entry) != leaf:
            yield Fault(subject="log", words=f"Entry {no} of {name} was changed. {remedy}")
        leaves.append(leaf)
    tree = Tree(leaves)
    yield from _nodes(session, log, tree, f"{name} does not hash to what is kept of it. {remedy}")
    yield from _receipts(home, session, tree) if log == OWN else _head(home, session, log, tree)


def _lacking(home: Home, session: Session) -> Iterator[Fault]:
    """Report the records that central's log names and that did not come here."""
    if home.settings.role == "central":
        return
    found = gaps.find(session, home.chain, home.settings.role)
    for name in found.unlogged:
        words = (
            f"Central signed for the withdrawal {name[:16]}… and does not show it in its log. Report it, and take a "
            "bundle of this station to the lawyers' desks."
        )
        yield Fault(subject="lacking", words=words)
    for entry in found.left_out:
        what = gaps.WORDS[entry.kind]
        words = f"Entry {entry.position} of central's log names {what} that did not come here. {SYNCHRONISE}"
        yield Fault(subject="lacking", words=words)


def _nodes(session: Session, log: str, tree: Tree, words: str) -> Iterator[Fault]:
    kept = select(LogNode.level, LogNode.place, LogNode.hash).where(LogNode.log == log)
    counted = 0
    for level, place, hashed in session.execute(kept.execution_options(yield_per=1000)):
        counted += 1
        if level >= len(tree.levels) or place >= len(tree.levels[level]) or tree.levels[level][place] != hashed:
            yield Fault(subject="log", words=f"A subtree of {words}")
    if counted != sum(map(len, tree.levels[1:])):
        yield Fault(subject="log", words=f"A subtree is missing: {words}")


def _receipts(home: Home, session: Session, tree: Tree) -> Iterator[Fault]:
    """A receipt promises that the log holds the record: this tree must still keep the promise of every receipt."""
    for record, said in own_receipts(home, session):
        if said is None:
            words = f"The receipt for {record[:16]}… is damaged. Restore the last backup."
            yield Fault(subject="receipt", words=words)
        elif said.log_size > len(tree.levels[0]) or tree.root(said.log_size).hex() != said.root:
            words = f"The log is not the one that this station signed for with {record[:16]}…. {BROKEN}"
            yield Fault(subject="log", words=words)


def _head(home: Home, session: Session, log: str, tree: Tree) -> Iterator[Fault]:
    kept = session.get(LogHead, log)
    peer = ORIGIN.match(kept.checkpoint) if kept is not None else None
    kid = peer[1] if peer is not None and log.startswith(ASIDE) else log  # a log set aside has another name here
    entry = home.chain.signer(kid)
    key = next((key for key in entry.keys if key.kid == kid), None) if entry is not None else None
    try:
        if kept is None or key is None:
            raise SignatureBad
        head = checkpoint.verify(kept.checkpoint, custody_log.origin(kid), key)
        holds = head.size == len(tree.levels[0]) and tree.root(head.size) == head.root
    except SignatureBad:
        holds = False
    if not holds:
        words = f"The log of {log} is not the one that it signed. {MIRROR}"
        yield Fault(subject="log", words=words)
