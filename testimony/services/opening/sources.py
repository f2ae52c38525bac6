"""Hashes what an entry of a sealed index was made from. If the hash has changed, the entry is outdated."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.store.models.records import RecordRow


def hashes(
    session: Session, annexes: AnnexIndex, manifests: Mapping[str, str], concerns: Callable[[OpenedAnnex], bool]
) -> dict[str, str]:
    """Testimony -> hash of the names of its manifest, grants, withdrawals, and annexes that `concerns` accepts.

    `manifests`: testimony -> name of its manifest. Refresh `annexes` before.
    """
    said: dict[str, list[str]] = {tid: [] for tid in manifests}
    about = RecordRow.kind.in_(("grant", "withdraw")), RecordRow.subject.in_(said), RecordRow.data != b""
    for tid, name in session.execute(select(RecordRow.subject, RecordRow.name).where(*about)):
        said[str(tid)].append(name)
    heard = {tid: [one.name for one in annexes.about(tid) if concerns(one)] for tid in manifests}
    return {tid: _hash(manifests[tid], *sorted(said[tid]), "annexes", *heard[tid]) for tid in manifests}


def _hash(*names: str) -> str:
    return hashlib.sha256("\n".join(names).encode()).hexdigest()
