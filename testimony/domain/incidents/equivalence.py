"""Groups testimonies by possible person and incident, so that persons and incidents are never overcounted.

It uses the links that lawyers made and the similarities found. A lawyer's link takes precedence over a similarity. But
an account without any link may belong to any person that it resembles. It therefore joins all of those, and they form
one class until a lawyer decides whose account it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from testimony import canonical
from testimony.domain.union_find import Unions

LIKE: Final = "like:"


def classes(
    alike: Mapping[str, tuple[str, ...]],
    linked: Mapping[str, Collection[str]],
    *,
    apart: Collection[tuple[str, ...]] = (),
) -> dict[str, str]:
    """Testimony -> the name of its class, for each of `alike`: what it says of its person, or of its incident.

    `linked`: the ids that a lawyer gave it; all those of one testimony are one class, the fewest that it can be.
    `apart`: likenesses that say too little to join what is linked; accounts with one of them share one class.
    """
    unlinked = {said for tid, said in alike.items() if not linked.get(tid)}
    like = {said: _like(said) for said in unlinked}
    joined = Unions()
    first: dict[str, str] = {}
    for tid, said in sorted(alike.items()):
        ids = sorted(linked.get(tid) or (like[said],))
        first[tid] = ids[0]
        for one in ids:
            joined.join(ids[0], one)
        if said in unlinked and said not in apart:
            joined.join(ids[0], like[said])
    return {tid: joined.name(one) for tid, one in first.items()}


def _like(said: tuple[str, ...]) -> str:
    """No id that a lawyer's desk draws begins so."""
    return LIKE + canonical.sha256_hex(canonical.encode(list(said)))
