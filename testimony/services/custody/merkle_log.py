"""A Merkle log in the database: appends, roots and proofs cost O(log n), because complete subtrees keep their hash.

RFC 6962, section 2.1. The hashing itself is in `sealing/log/merkle.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, bindparam, func, insert, or_, select
from sqlalchemy.orm import Session

from testimony.sealing.log import merkle
from testimony.store.models.log import LogLeaf, LogNode


@dataclass(frozen=True)
class Leaf:
    """The content of one position: the leaf hash, and the entry if this station was given it."""

    hash: bytes
    entry: bytes | None = None
    kind: str | None = None
    ref: str | None = None


_NEW_LEAVES, _NEW_NODES = (insert(table.__table__) for table in (LogLeaf, LogNode))  # type: ignore[arg-type]
_LAST = select(func.max(LogLeaf.no)).where(LogLeaf.log == bindparam("of"))
_NODE = select(LogNode.hash).where(
    LogNode.log == bindparam("of"), LogNode.level == bindparam("level"), LogNode.place == bindparam("place")
)
_LEAF = select(LogLeaf.leaf).where(LogLeaf.log == bindparam("of"), LogLeaf.no == bindparam("place"))


@lru_cache(maxsize=64)
def _nodes_at(count: int) -> Select[int, int, bytes]:
    """So many nodes. By their number and not by their levels, of which there are too many sets to keep: building the
    question takes longer than answering it.
    """
    of_log = LogNode.log == bindparam("of")  # in each alternative, or SQLite reads every node of the log
    at = (
        of_log & (LogNode.level == bindparam(f"level_{one}")) & (LogNode.place == bindparam(f"place_{one}"))
        for one in range(count)
    )
    return select(LogNode.level, LogNode.place, LogNode.hash).where(or_(*at))


class MerkleLog:
    """The log called `log` (`store.models.log.OWN`, or the kid of another station), as `session` sees it.

    `block`: how many neighbours are read at once, for those who ask for many proofs.
    """

    def __init__(self, session: Session, log: str, *, block: int = 1) -> None:
        self._connection = session.connection()  # nothing here is an object of the session
        self._log = log
        self._block = block
        self._cache: dict[tuple[int, int], bytes] = {}
        self._size: int | None = None

    def size(self) -> int:
        """The number of leaves: read once, then counted, since nobody else appends in this transaction."""
        if self._size is None:
            last = self._connection.execute(_LAST, {"of": self._log}).scalar()
            self._size = 0 if last is None else last + 1
        return self._size

    def extend(self, leaves: Sequence[Leaf]) -> int:
        """Append `leaves`. Returns the position of the first of them."""
        first = self.size()
        nodes: list[dict[str, object]] = []
        self._read_edge(first)
        for number, leaf in enumerate(leaves, first):
            self._cache[0, number] = leaf.hash
            nodes += self._complete(number)
        if leaves:
            rows = [
                {"log": self._log, "no": no, "leaf": leaf.hash, "entry": leaf.entry, "kind": leaf.kind, "ref": leaf.ref}
                for no, leaf in enumerate(leaves, first)
            ]
            self._connection.execute(_NEW_LEAVES, rows)
        if nodes:
            self._connection.execute(_NEW_NODES, nodes)
        self._size = first + len(leaves)
        return first

    def root(self, size: int) -> bytes:
        """The root of the first `size` leaves; of an empty log it is the SHA-256 of nothing."""
        return self._subtree(0, size) if size else hashlib.sha256().digest()

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """2.1.1: the siblings of leaf `position` in the tree of `size` leaves, from the leaf up."""
        if not 0 <= position < size:
            raise ValueError("no such position in a log of this size")
        proof: list[bytes] = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if position < middle:
                proof.append(self._subtree(middle, end))
                end = middle
            else:
                proof.append(self._subtree(start, middle))
                start = middle
        return proof[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """2.1.2: proof that the tree of `old` leaves is the beginning of the tree of `new`."""
        if not 0 <= old <= new:
            raise ValueError("the older log is the shorter one")
        if old in (0, new):
            return []
        proof: list[bytes] = []
        start, end, whole = 0, new, True
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                proof.append(self._subtree(middle, end))
                end = middle
            else:
                proof.append(self._subtree(start, middle))
                start, whole = middle, False
        if not whole:
            proof.append(self._subtree(start, end))
        return proof[::-1]

    def _complete(self, number: int) -> list[dict[str, object]]:
        """The subtrees that leaf `number` completes."""
        nodes: list[dict[str, object]] = []
        level, place = 0, number
        while place & 1:
            hashed = merkle.node_hash(self._node(level, place - 1), self._node(level, place))
            level, place = level + 1, place >> 1
            self._cache[level, place] = hashed
            nodes.append({"log": self._log, "level": level, "place": place, "hash": hashed})
        return nodes

    def _read_edge(self, size: int) -> None:
        """Read at once the complete subtrees that make up a log of `size` leaves: everything that appending needs."""
        edge = [(level, (size >> level) - 1) for level in range(1, size.bit_length()) if size >> level & 1]
        if not edge:
            return
        asked: dict[str, str | int] = {"of": self._log}
        for number, (level, place) in enumerate(edge):
            asked |= {f"level_{number}": level, f"place_{number}": place}
        for level, place, hashed in self._connection.execute(_nodes_at(len(edge)), asked):
            self._cache[level, place] = hashed

    def _subtree(self, start: int, end: int) -> bytes:
        width = end - start
        if width & (width - 1) == 0:
            return self._node(width.bit_length() - 1, start // width)
        middle = start + _split(width)
        return merkle.node_hash(self._subtree(start, middle), self._subtree(middle, end))

    def _node(self, level: int, place: int) -> bytes:
        known = self._cache.get((level, place))
        if known is None and self._block > 1:
            self._read_block(level, place)
            known = self._cache.get((level, place))
        if known is None:
            known = self._cache[level, place] = self._read(level, place)
        return known

    def _read_block(self, level: int, place: int) -> None:
        start = place - place % self._block
        at, hashed, of_log = (
            (LogNode.place, LogNode.hash, (LogNode.log == self._log, LogNode.level == level))
            if level
            else (LogLeaf.no, LogLeaf.leaf, (LogLeaf.log == self._log,))
        )
        wanted = select(at, hashed).where(*of_log, at >= start, at < start + self._block)
        self._cache.update({(level, no): value for no, value in self._connection.execute(wanted)})

    def _read(self, level: int, place: int) -> bytes:
        if level:
            return self._connection.execute(_NODE, {"of": self._log, "level": level, "place": place}).scalar_one()
        return self._connection.execute(_LEAF, {"of": self._log, "place": place}).scalar_one()


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)
