"""Verifies the time stamps in an archive: each is over a log head in the archive and leads to a trusted root."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from testimony.sealing.archive import archive
from testimony.sealing.log import certificate_path, timestamp
from testimony.sealing.log.errors import StampRefused
from testimony.sealing.verification import Finding, Holds

Read = Callable[[str], bytes]
REPLY, QUERY, ROOTS = ".tsr", ".tsq", ".pem"


def without_roots(names: Sequence[str]) -> list[str]:
    """The replies beside which no roots are: nobody says by whom they are to be believed."""
    return [name for name in _replies(names) if _beside(name, ROOTS) not in names]


def examine(
    read: Read, names: Sequence[str], heads: Mapping[str, int], authorities: Sequence[bytes]
) -> Iterator[Finding]:
    """`names`: the files below `timestamps/`; `heads`: hash of a signed head -> its size; `authorities`: roots (DER)
    that are believed in place of those in the archive.
    """
    for name in names:
        if not name.endswith(REPLY) and _beside(name, REPLY) not in names:
            yield Finding(code="time.strange", holds=Holds.NO, values={"name": name})
    for name in _replies(names):
        if authorities or _beside(name, ROOTS) in names:
            yield _check_timestamp(read, name, names, heads, authorities)


def _check_timestamp(
    read: Read, name: str, names: Sequence[str], heads: Mapping[str, int], authorities: Sequence[bytes]
) -> Finding:
    found = archive.TIMESTAMP.fullmatch(name)
    digest = found[1] if found else ""
    if digest not in heads:
        return Finding(code="time.strange", holds=Holds.NO, values={"name": name})
    query = _beside(name, QUERY)
    try:
        roots = authorities or certificate_path.read_roots(read(_beside(name, ROOTS)))
        asked = read(query) if query in names else None
        said = timestamp.verify(read(name), bytes.fromhex(digest), roots, asked)
    except StampRefused as error:
        holds = Holds.OPEN if error.reason == "algorithm" else Holds.NO
        return Finding(code=f"time.{error.reason}", holds=holds, values={"name": name})
    values: dict[str, str | int] = {
        "authority": said.authority,
        "size": heads[digest],
        "time": said.time,
        "until": said.until,
        "root": said.root,
    }
    return Finding(code="time.holds", holds=Holds.YES, values=values)


def _replies(names: Sequence[str]) -> list[str]:
    return [name for name in names if name.endswith(REPLY)]


def _beside(name: str, ending: str) -> str:
    return name[: -len(REPLY)] + ending
