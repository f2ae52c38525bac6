"""Archives whole and spoiled, each kind with what is to be found in it: Python, Node.js and the page get the same.

`SPOILED` says what fails, `HOLDING` what is only not there, each as codes in their order.
"""

from __future__ import annotations

from testimony import canonical
from testimony.sealing.archive import archive
from testimony.sealing.log import merkle
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from tests.support.sealing.archives import Case, Files, Spoil, flipped, packed, signed
from tests.support.sealing.container_cases import FILE_RIGHT, FILE_WRONG
from tests.support.sealing.record_cases import RECORD_RIGHT, RECORD_WRONG, more
from tests.support.sealing.root_cases import ROOT_RIGHT, ROOT_WRONG
from tests.support.sealing.witness_cases import SEEN_RIGHT, SEEN_WRONG


def changed(name: str, at: int = -1) -> Spoil:
    """One bit of a file turned, the list made anew by whoever turned it: only what was signed long ago can tell."""
    return lambda case, files: case.pack({**files, found(files, name): flipped(files[found(files, name)], at)})


def found(files: Files, name: str) -> str:
    """The first file whose name has `name` in it."""
    return next(one for one in files if name in one)


def without(*names: str) -> Spoil:
    return lambda case, files: case.pack(
        {name: data for name, data in files.items() if not any(part in name for part in names)}
    )


def alone(case: Case, files: Files) -> bytes:
    """The parts in clear and what proves them, and nothing besides: no sealed part, no log, no other record."""
    kept = ("root.json", "chain/", f"records/{case.sealed.record.id}", "revealed/")
    return case.pack({name: data for name, data in files.items() if name.startswith(kept)})


def swapped(case: Case, files: Files) -> bytes:
    """The account of one testimony under the manifest of another."""
    other = Case(case.organisation, case.central)
    mine, theirs = case.revealed("narrative"), other.revealed("narrative")
    return case.pack({**files, **dict(zip(mine, theirs.values(), strict=True))})


def crossed(case: Case, files: Files) -> bytes:
    """One part in clear under the name of another of the same testimony."""
    mine, theirs = case.revealed("narrative"), case.revealed("coded")
    return case.pack({**files, **dict(zip(mine, theirs.values(), strict=True))})


def exchanged(case: Case, files: Files) -> bytes:
    """Two sealed parts, each under the other's name."""
    first, second = [name for name in files if name.startswith("objects/")][:2]
    return case.pack({**files, first: files[second], second: files[first]})


def by_a_stranger(case: Case, files: Files) -> bytes:
    return packed(files, SignedRecord.sign(case.sign(files).value, Signer.generate()))


def next_roster(case: Case, *, roots: int = 2, **changes: object) -> Files:
    organisation = case.organisation
    value = organisation.successor(issued="2026-11-26", **changes)
    return signed("chain/0002", organisation.sign(value, organisation.roots[:roots]))


def invented(case: Case) -> Files:
    """An entry that the log does not have, with the path of the one that stands there."""
    value = canonical.decode_object(case.entries[5])
    entry = canonical.encode({**value, "ref": "f" * 64})
    path = merkle.inclusion_proof(case.leaves(7), 5)
    return {f"{case.log}/5.entry": archive.inclusion(entry, 7, path)}


def of_another_size(case: Case) -> Files:
    """The proof of an entry in a log of fewer entries than the head has."""
    return case.proof(4, 5)


SPOILED: dict[str, tuple[Spoil, list[str]]] = {
    "one bit of the root": (changed("root.json"), ["root.form"]),
    "one bit of a roster": (changed("chain/0001.json", 200), ["rosters.refused"]),
    "one bit of the roots' signatures": (changed("chain/0001.sigs", 300), ["rosters.refused"]),
    "no roster": (without("chain/"), ["rosters.refused"]),
    "no root": (without("root.json"), ["root.form"]),
    "a roster that one root alone signed": (more(lambda case: next_roster(case, roots=1)), ["rosters.refused"]),
    "a roster that is no later one": (more(lambda case: next_roster(case, no=1)), ["rosters.refused"]),
    "a roster that follows another": (more(lambda case: next_roster(case, prev="0" * 64)), ["rosters.refused"]),
    "one bit of a sealed part": (changed("objects/"), ["list.misnamed"]),
    "two sealed parts exchanged": (exchanged, ["list.misnamed", "list.misnamed"]),
    "one bit of the account": (changed("narrative.content"), ["revealed.content"]),
    "one bit of its first line": (changed("narrative.line", 40), ["revealed.commitment"]),
    "a first line without its words": (without("narrative.content"), ["revealed.header"]),
    "words without their first line": (without("narrative.line"), ["revealed.header"]),
    "another testimony's account": (swapped, ["revealed.commitment"]),
    "another part of the same testimony": (crossed, ["revealed.commitment"]),
    "who took it down, changed": (changed("provenance.content", 30), ["revealed.content"]),
    "a part of a testimony that is not here": (
        more(lambda _: {f"revealed/{'0' * 32}/narrative.line": b"{}"}),
        ["revealed.nowhere"],
    ),
    "a part that the testimony does not have": (
        more(lambda case: {f"revealed/{case.tid}/media-001.{one}": b"{}" for one in ("line", "content")}),
        ["revealed.header"],
    ),
    "one bit of a signed head of the log": (changed(".note"), ["log.refused", "log.entry"]),
    "one bit of an entry's path": (changed(".entry", 30), ["log.entry"]),
    "the path of another entry": (
        more(lambda case: {f"{case.log}/5.entry": next(iter(case.proof(4, 7).values()))}),
        ["log.entry"],
    ),
    "an entry that the log does not have": (more(invented), ["log.entry"]),
    "a path that leads to another root": (
        more(lambda case: {f"{case.log}/4.entry": archive.inclusion(case.entries[4], 7, [b"\1" * 32] * 3)}),
        ["log.entry"],
    ),
    "the path in a smaller log": (more(of_another_size), ["log.entry"]),
    "two logs of one size": (more(lambda case: case.note(7, b"\1" * 32)), ["log.forked"]),
    "an earlier log that is no beginning": (
        more(lambda case: case.note(5, b"\1" * 32) | case.grew(5, 7)),
        ["log.forked", "receipt.forked"],
    ),
    "a later log that leaves the entry out": (
        more(lambda case: case.note(8, b"\1" * 32) | case.grew(3, 7)),
        ["log.unproven", "log.unproven", "log.entry"],
    ),
    "a proof that a log grew which does not hold": (
        more(lambda case: {f"{case.log}/3.grew": archive.growth(3, 7, [b"\1" * 32] * 3)}),
        ["log.forked"],
    ),
    "a signed head under another size": (
        more(lambda case: {f"{case.log}/6-{'0' * 8}.note": next(iter(case.note(5).values()))}),
        ["log.refused"],
    ),
    "a signed head of another life": (
        more(lambda case: {f"log/{case.central.kid}/none/5-{'0' * 8}.note": next(iter(case.note(5).values()))}),
        ["log.refused"],
    ),
    "an earlier log without a proof": (without(".grew"), ["log.unproven"]),
    "no signed head at all": (without(".note"), ["log.entry", "log.entry"]),
    "a list signed by a stranger": (by_a_stranger, ["list.unsigned"]),
    "a list of another organisation": (
        lambda case, files: packed(files, case.sign(files, organisation="0" * 64)),
        ["list.foreign"],
    ),
}  # fmt: skip


def brought(case: Case) -> bytes:
    """An archive of the same organisation, whose one account came from elsewhere."""
    own = Case(case.organisation, case.central, case.partner, imported=True)
    return own.pack(own.files())


HOLDING: dict[str, tuple[Spoil, list[str]]] = {
    "everything": (lambda case, files: case.pack(files), []),
    "no sealed parts": (without("objects/"), ["sealed.absent"]),
    "a sealed part fewer": (
        lambda case, files: case.pack({n: d for n, d in files.items() if n != found(files, "objects/")}),
        ["sealed.lacking"],
    ),
    "nothing in clear": (without("revealed/"), ["interviewer.sealed"]),
    "the parts in clear alone": (alone, ["received.open", "sealed.absent"]),
    "one part in clear": (
        without("objects/", "revealed/", "nothing"),
        ["sealed.absent", "interviewer.sealed"],
    ),
    "no log": (without("log/"), ["received.open"]),
    "a time stamp": (more(lambda _: {f"timestamps/{'0' * 64}.tsr": b"reply"}), ["list.times"]),
    "a second roster": (more(next_roster), []),
    "an account that a lawyer imported": (lambda case, files: brought(case), []),
}  # fmt: skip
SPOILED |= FILE_WRONG | RECORD_WRONG | ROOT_WRONG | SEEN_WRONG
HOLDING |= FILE_RIGHT | RECORD_RIGHT | ROOT_RIGHT | SEEN_RIGHT
KINDS = {**SPOILED, **HOLDING}


def made(case: Case) -> dict[str, bytes]:
    """An archive of each kind."""
    files = case.files()
    return {kind: make(case, files) for kind, (make, _) in KINDS.items()}
