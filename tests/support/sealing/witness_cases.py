"""Archives with time stamps and cosignatures, whole and spoiled, and what is to be found in each."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from testimony.sealing.log import timestamp
from testimony.sealing.log.cosignature import Witness
from testimony.sealing.records.signatures import Signer
from tests.support.sealing.archives import Case, Files, Spoil, flipped
from tests.support.sealing.timestamp_authority import DAY as ONE_DAY
from tests.support.sealing.timestamp_authority import NOW, Authority


def stamped(case: Case, files: Files, **changes: object) -> Files:
    return {**files, **case.stamped(7, authority(**changes))}


@cache
def authority(**changes: Any) -> Authority:
    return Authority(**changes)


def exchanged(ending: str, make: Callable[[bytes], bytes]) -> Spoil:
    """A stamped archive in which the file with this ending is what `make` makes of it."""
    return lambda case, files: case.pack(
        {name: make(data) if name.endswith(ending) else data for name, data in stamped(case, files).items()}
    )


def without(ending: str) -> Spoil:
    return lambda case, files: case.pack(
        {name: data for name, data in stamped(case, files).items() if not name.endswith(ending)}
    )


def another_question(query: bytes) -> bytes:
    return timestamp.ask(timestamp.imprint_of(query), b"\7" * 16)


def moved(case: Case, files: Files) -> bytes:
    """The stamp of one head under the name of another."""
    three, seven = case.stamped(3, authority()), case.stamped(7, authority())
    return case.pack({**files, **dict(zip(seven, three.values(), strict=True))})


def twice(case: Case, files: Files) -> bytes:
    """The same head once more, cosigned: no second story."""
    other = case.cosigned(case.note(7), 7)
    return case.pack({**files, **other})


STRANGER = Signer.generate()
NOBODY = Witness("nobody.example/w", STRANGER.public_keys[0])
SEEN_WRONG: dict[str, tuple[Spoil, list[str]]] = {
    "one bit of a reply": (exchanged(".tsr", flipped), ["time.signature"]),
    "one bit of a reply by an elliptic key": (
        lambda case, files: case.pack(
            {n: flipped(d) if n.endswith(".tsr") else d for n, d in stamped(case, files, kind="ec").items()}
        ),
        ["time.signature"],
    ),
    "no reply": (exchanged(".tsr", lambda _: b"<html>busy</html>"), ["time.form"]),
    "a refusal": (exchanged(".tsr", lambda _: authority().reply(b"\x30\x03\x02\x01\x01")), ["time.status"]),
    "a stamp of another head": (moved, ["time.imprint"]),
    "another question": (
        exchanged(".tsq", another_question),
        ["time.nonce"],
    ),
    "other roots": (exchanged(".pem", lambda _: authority(digest="sha512").pem), ["time.root"]),
    "no roots in the file of roots": (exchanged(".pem", lambda _: b"none"), ["time.roots"]),
    "a stamp by who had no right any more": (
        lambda case, files: case.pack(stamped(case, files, since=NOW - 9 * ONE_DAY, until=NOW - 2 * ONE_DAY)),
        ["time.expired"],
    ),
    "a stamp by who may sign more": (
        exchanged(".tsr", lambda reply: authority(signer=()).sign_again(reply)),
        ["time.certificate"],
    ),
    "a stamp that names no certificate": (
        exchanged(".tsr", lambda reply: authority().sign_again(reply, named=False)),
        ["time.certificate"],
    ),
    "a stamp of a head that is not here": (
        lambda case, files: case.pack({**files, **case.stamped(5, authority())}),
        ["time.strange"],
    ),
    "a question without a reply": (
        lambda case, files: case.pack({**files, f"timestamps/{'0' * 64}.tsq": b"question"}),
        ["time.strange"],
    ),
    "a cosignature by another key": (
        lambda case, files: case.pack(case.cosigned(files, 7, signer=STRANGER)),
        ["cosigned.refused"],
    ),
    "a cosignature at a time that there is not": (
        lambda case, files: case.pack(case.cosigned(files, 7, time=1 << 62)),
        ["cosigned.refused"],
    ),
}  # fmt: skip
SEEN_RIGHT: dict[str, tuple[Spoil, list[str]]] = {
    "a stamp": (lambda case, files: case.pack(stamped(case, files)), []),
    "a stamp by an elliptic key": (lambda case, files: case.pack(stamped(case, files, kind="ec")), []),
    "a stamp that names its certificate as of old": (
        lambda case, files: case.pack(stamped(case, files, names="sha1")),
        [],
    ),
    "a stamp of the earlier head too": (
        lambda case, files: case.pack({**stamped(case, files), **case.stamped(3, authority())}),
        [],
    ),
    "a stamp without its question": (
        without(".tsq"),
        [],
    ),
    "a stamp without its roots": (
        without(".pem"),
        ["list.times"],
    ),
    "a stamped head that was cosigned later": (
        lambda case, files: case.pack(case.cosigned(stamped(case, files), 7)),
        [],
    ),
    "a stamp signed in a way that only openssl checks": (
        lambda case, files: case.pack(stamped(case, files, digest="sha224")),
        ["time.algorithm"],
    ),
    "a cosignature by somebody unnamed": (
        lambda case, files: case.pack(case.cosigned(files, 3, NOBODY, signer=STRANGER)),
        ["cosigned.unknown"],
    ),
    "a head with and without its cosignature": (twice, []),
}  # fmt: skip
