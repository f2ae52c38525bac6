"""Changes that an insider could make to what is signed: types, fields, dates, keys and signatures."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, Final

from testimony import canonical
from testimony.errors import NotCanonical
from testimony.sealing.records import signatures
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ED25519, PublicKey, Signer
from tests.support.sealing import edwards
from tests.support.sealing.edwards import Forger

Seal = Callable[[str, bytes], list[Any]]
"""The signatures of somebody over labelled bytes."""

SMALL: Final = edwards.small_points()
WEAK: Final = sorted({one.hex() for point in SMALL for one in edwards.spellings(point)})
"""Every spelling of the points of small order, under which signatures pass that nobody made."""
DAYS: Final = (
    "1999-12-31", "2999-01-01", "2026-W48-7", "2026-02-30", "2026-11-24 ", "2026-11-24\n", "20261124", "2026-11-2",
    "0000-01-01", "2026-13-01", "2026-00-10", "2024-02-29", "2023-02-29", "2026-11-24T00:00:00Z", "2026-W48",
    "２026-11-24",
    "2026-11-١٢", "+002026-11-24", "2026-11-19", "2026-11-20", "2026-11-25", "2026-11-26", "2027-02-20", "2027-02-21",
)  # fmt: skip
TIMES: Final = (
    "yesterday <b>", "2026-11-24T10:00:00", "2026-11-24T25:00:00Z", "2026-11-24T10:00:00+00:00",
    "2026-11-24T10:00:00.5Z",
    "2026-11-24T23:59:60Z", "2026-02-30T10:00:00Z", "2026-11-24t10:00:00z", "2026-11-24T10:00Z", "2026-11-25T09:00:00Z",
)  # fmt: skip
VERSIONS: Final = (
    "testimony/2/manifest", "testimony/1/grant", "testimony/1/annex", "testimony/01/grant",
    "testimony/1234567/manifest",
    "testimony/2/Manifest", "testimony/1/manifest\n", "testimony/1/", "testimony/1/x/manifest", "manifest", 1, None,
    ["testimony/1/manifest"], {"v": "testimony/1/manifest"}, "testimony/2/receipt", "testimony/1/toString",
    "testimony/3/manifest", "testimony/4/manifest", "testimony/2/part", "testimony/2/grant", "testimony/1/part",
)  # fmt: skip
ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, -1, 2, 64, 65, 2**53 - 1, "", "\0", "a", "a\nb", "banana", "annex", "all", "coded",
    "media-001",
    "0" * 16, "0" * 32, "0" * 64, "0" * 63, "F" * 64, "ab" * 8, "ab" * 16, "ab" * 32, "x" * 33, "x" * 64, "x" * 65,
    "x" * 201,
    "😀" * 33, "\u202e", "application/json", "\x1b[2J", "active", "lost", "phone", "central",
    [], {}, [[]], [None], [True], ["a"], ["testimony/1/manifest"], {"v": 1}, ["0" * 64], ["1" * 64, "0" * 64],
    ["0" * 64, "0" * 64],
    *DAYS, *TIMES, *WEAK[:3],
)  # fmt: skip
DEEPEST: Final = 64
NAMES: Final = ("extra", "__proto__", "constructor", "prototype", "tostring", "v", "by", "key", "1", "length")


def mutated(rng: Random, value: Any, times: int | None = None) -> Any:
    """A copy of `value` (JSON) with so many changes, by default one mostly, at times none or several."""
    changed = copy.deepcopy(value)
    for _ in range(rng.choice((0, 0, 1, 1, 1, 1, 2, 3)) if times is None else times):
        _change(rng, changed)
    return changed


def bytes_of(rng: Random, value: Any) -> bytes:
    """Its canonical bytes, now and then spelled in another way. It may be nested deeper than readers allow."""
    data = canonical.encode(value, depth=DEEPEST)
    if rng.random() > 0.03:
        return data
    old, new = rng.choice(
        (
            (b":1,", b":1.0,"),
            (b":1,", b":1e0,"),
            (b":", b": "),
            (b'"v"', b'"\\u0076"'),
            (b"{", b'{"v":1,'),
            (b"}", b"}\n"),
        )
    )
    return data.replace(old, new, 1)


def by(signer: Signer) -> Seal:
    return lambda label, data: list(signatures.sign(label, data, signer))


def by_roots(roots: Sequence[Signer]) -> Seal:
    return lambda label, data: [signatures.sign(label, data, root) for root in roots]


def by_forger(rng: Random, forger: Forger) -> Seal:
    """Now and then with a part of small order in the signature."""
    return lambda label, data: [
        _signature(
            forger.pub,
            forger.sign(
                signatures.labelled(label, data), rng.getrandbits(250), rng.choice((SMALL[0], rng.choice(SMALL)))
            ),
        )
    ]


def by_nobody(public: str) -> Seal:
    """R and S of a signature that holds under the identity point, and by chance under another weak key."""
    return lambda label, data: [_signature(bytes.fromhex(public), edwards.encode(edwards.IDENTITY) + bytes(32))]


def sealed(rng: Random, kind: str, value: Any, seal: Seal) -> SignedRecord:
    """`value` signed under the label that its "v" names, and now and then the signatures changed."""
    named = value.get("v") if isinstance(value, dict) else None
    label = named if isinstance(named, str) and named.isascii() else f"testimony/1/{kind}"
    data = bytes_of(rng, value)
    sigs = seal(label, data)
    return SignedRecord(data, tuple(spoiled(rng, sigs) if rng.random() < 0.15 else sigs))


def spoiled(rng: Random, sigs: list[Any]) -> list[Any]:
    """The signatures changed in one way."""
    changed = copy.deepcopy(sigs)
    way = rng.choice((_flip, _add_order, _twist, _more, _fewer, _upper, _any))
    way(rng, changed)
    try:
        canonical.encode(changed)
    except NotCanonical:
        return sigs
    return changed


def kid_of(public: bytes) -> str:
    return PublicKey(ED25519, public).kid


def _change(rng: Random, value: Any) -> None:
    """One place in it."""
    holder, key = rng.choice([*_places(value)] or [(value, None)])
    if key is None:
        return
    old = holder[key]
    way = rng.random()
    if way < 0.12:
        del holder[key]
    elif way < 0.2 and isinstance(holder, dict):
        holder[rng.choice(NAMES)] = rng.choice(ODD)
    elif way < 0.28:
        holder[key] = [old]
    elif way < 0.36 and isinstance(old, list):
        rng.shuffle(old)
        old.extend(old[: rng.randrange(2)])
    elif way < 0.5 and isinstance(old, str):
        holder[key] = _respelled(rng, old)
    elif way < 0.6 and isinstance(old, int):
        holder[key] = rng.choice((bool(old), min(old + 1, 2**53 - 1), str(old), -old))
    else:
        holder[key] = copy.deepcopy(rng.choice(_likely(old)))


def _likely(old: Any) -> Sequence[Any]:
    """What could pass for `old`, so that deep checks are reached too."""
    if isinstance(old, str) and len(old) == 10 and old[4:5] == "-":
        return DAYS
    if isinstance(old, str) and old.startswith("testimony/"):
        return VERSIONS
    if isinstance(old, str) and old.endswith("Z"):
        return TIMES
    if isinstance(old, str) and len(old) == 64:
        return (*WEAK, *ODD)
    return ODD


def _respelled(rng: Random, old: str) -> str:
    return rng.choice((old.upper(), old + "\n", old[:-1], old + old[:1], " " + old, old[::-1], old + "\0"))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Each place of the tree, as what holds it and its key there."""
    inside: Sequence[Any] = (
        list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in inside:
        yield value, key
        yield from _places(value[key])


def _signature(public: bytes, raw: bytes) -> dict[str, str]:
    return {"alg": ED25519, "kid": kid_of(public), "sig": raw.hex()}


def _one(rng: Random, sigs: list[Any]) -> dict[str, Any]:
    """One of the signatures, also where they stand in a list for each root."""
    chosen = rng.choice(sigs) if sigs else {}
    return rng.choice(chosen) if isinstance(chosen, list) and chosen else chosen


def _flip(rng: Random, sigs: list[Any]) -> None:
    found = _one(rng, sigs)
    raw = bytearray.fromhex(found["sig"])
    raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
    found["sig"] = raw.hex()


def _add_order(rng: Random, sigs: list[Any]) -> None:
    """S and the order of the group: the same to a verifier that does not look how large S is."""
    found = _one(rng, sigs)
    raw = bytes.fromhex(found["sig"])
    larger = int.from_bytes(raw[32:64], "little") + edwards.ORDER
    found["sig"] = (raw[:32] + larger.to_bytes(33, "little")[:32] + raw[64:]).hex()


def _twist(rng: Random, sigs: list[Any]) -> None:
    """R and a point of small order, or a point of small order alone."""
    found = _one(rng, sigs)
    raw = bytes.fromhex(found["sig"])
    point = rng.choice(SMALL)
    try:
        twisted = edwards.encode(edwards.add(edwards.decode(raw[:32]), point))
    except ValueError:
        return
    found["sig"] = (rng.choice((twisted, edwards.encode(point))) + raw[32:]).hex()


def _more(rng: Random, sigs: list[Any]) -> None:
    sigs.append(copy.deepcopy(_one(rng, sigs)))


def _fewer(rng: Random, sigs: list[Any]) -> None:
    del sigs[rng.randrange(len(sigs))]


def _upper(rng: Random, sigs: list[Any]) -> None:
    found = _one(rng, sigs)
    name = rng.choice(sorted(found))
    found[name] = found[name].upper()


def _any(rng: Random, sigs: list[Any]) -> None:
    _change(rng, sigs)
