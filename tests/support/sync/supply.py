"""What every fleet of a campaign needs and what is costly to make: an organisation, blank homes, sealed testimonies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testimony.sealing.parts.manifest import is_media
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.sealing.statements.early_withdrawal import early_withdrawal
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.annex import SealedAnnex
from testimony.sealing.testimony.media import Medium, cut
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from tests.support.services.world import PARTS, World
from tests.support.sync.world import JPEG, pieces_of, text_of, tid_of

DAY = "2026-11-24"
ENDS: dict[str, Any] = {"version": 2, "keep_until": "2028-11"}
WITNESS = ("code", "early", "text", "media")
"""By what a witness takes all of it back, or single heads."""


@dataclass(frozen=True)
class Posted:
    """What a phone has to bring: a record with the objects of its text, and pieces that may come later."""

    record: SignedRecord
    text: tuple[bytes, ...] = ()
    pieces: tuple[bytes, ...] = ()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Told:
    """A testimony, and whatever anybody may come to say of it.

    `by_witness`: code and early take everything back, text and media the heads in `scopes`. `uses`: an annex in which
    the code says which uses are taken back. `by_worker` holds it back until both `contests` say that it is false.
    """

    sealed: SealedTestimony
    posted: Posted
    by_witness: dict[str, SignedRecord]
    scopes: dict[str, frozenset[str]]
    uses: SealedAnnex
    by_worker: SignedRecord
    contests: dict[str, SignedRecord]

    @property
    def tid(self) -> str:
        return tid_of(self.sealed)

    @property
    def id(self) -> str:
        return self.sealed.record.id


class Supply:
    """`pool`: every other testimony has a recording and a picture; for the first one keeping ends. `refusals`: of
    people who said no.
    """

    def __init__(self, folder: Path, testimonies: int) -> None:
        self.world = World(folder / "blank")
        self.folder = folder
        for make in (self.world.node, self.world.other_node, self.world.central, self.world.desk):
            make().close()
        self.world.desk("desk-2").close()
        self.pool = [self._told(media=number % 2 == 1, **({} if number else ENDS)) for number in range(testimonies)]
        phone = self.world.device
        self.refusals = [Posted(statements.refusal(day=DAY, signer=phone)) for _ in range(testimonies)]
        self.by_record = {told.id: told for told in self.pool}

    def _told(self, *, media: bool, **version: Any) -> Told:
        code, world = Signer.generate(), self.world
        contents = {part: Content("application/json", b"{}") for part in PARTS}
        if media:
            voice = Medium(kind="voice", type="audio/webm", data=bytes(range(256)) * 8, seconds=2)
            contents |= cut([voice, Medium(kind="picture", type="image/jpeg", data=JPEG)])
        sealed = world.seal(contents, withdraw=code.public_keys[0].pub.hex(), **version)
        scopes = _scopes(sealed)
        tid, lawyer = tid_of(sealed), world.lawyer_signer
        by_witness = {
            how: statements.withdrawal(tid=tid, scope=scope, day=DAY, signer=code)
            for how, scope in {"code": "all", **scopes}.items()
        }
        by_worker = statements.withdrawal(tid=tid, scope="all", day=DAY, signer=lawyer)
        readers = {"desk": lawyer, "desk-2": world.coordinator_signer}
        return Told(
            sealed,
            _posted(sealed),
            by_witness | {"early": early_withdrawal(day=DAY, signer=code)},
            scopes,
            self._uses(tid, code),
            by_worker,
            {name: _contest(by_worker, signer) for name, signer in readers.items()},
        )

    def _uses(self, tid: str, code: Signer) -> SealedAnnex:
        chain = self.world.chain
        audiences = {name: (chain.recipients(name), 4) for name in ("coordinators", "lawyers", "recovery")}
        roster = chain.latest.sha256
        said = b'{"kind":"consent","events":[]}'
        return annex.seal_annex(said, tid=tid, day=DAY, roster=roster, audiences=audiences, signer=code, by_code=True)


def _scopes(sealed: SealedTestimony) -> dict[str, frozenset[str]]:
    """The heads of lawyers for the narrative, and for everything that was recorded."""
    parts = sealed.record.value["parts"]
    of_text = {part["heads"]["lawyers"] for part in parts if part["part"] == "narrative"}
    of_media = {part["heads"]["lawyers"] for part in parts if is_media(part["part"])}
    return {"text": frozenset(of_text), **({"media": frozenset(of_media)} if of_media else {})}


def _posted(sealed: SealedTestimony) -> Posted:
    parts = sealed.record.value["parts"]
    names = frozenset(name for part in parts for name in (*part["heads"].values(), part["body"]))
    pieces = tuple(data for piece in pieces_of(sealed) for data in piece)
    return Posted(sealed.record, tuple(text_of(sealed)), pieces, names)


def _contest(withdrawal: SignedRecord, signer: Signer) -> SignedRecord:
    return statements.contest(withdrawal=withdrawal.id, annex="0" * 64, day=DAY, signer=signer)
