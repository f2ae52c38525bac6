"""Testimonies with a recording, a picture or a file, and their pages."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.media import PIECE, Medium
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.station.station import Station
from tests.support.services.batches import told
from tests.support.web.browser import NOW, Browser

NOISE = random.Random("a voice")  # the same for every worker that collects these tests


VOICE = NOISE.randbytes(2 * PIECE + 1000)


PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF" + NOISE.randbytes(3000)


@dataclass(frozen=True)
class Told:
    """A testimony with a recording (number 1), a picture (number 2) and, where one was given, a file (number 3), at the
    lawyer's desk and the coordinator's."""

    sealed: SealedTestimony
    desk: Station

    @property
    def tid(self) -> str:
        return str(self.sealed.record.value["tid"])

    def body(self, part: str) -> str:
        return next(str(one["body"]) for one in self.sealed.record.value["parts"] if one["part"] == part)

    def file(self, part: str) -> Any:
        name = self.body(part)
        return self.desk.parts.folder / name[:2] / name


def sealing(organisation: Organisation, *media: Medium, purposes: tuple[str, ...]) -> SealedTestimony:
    chain = RosterChain(organisation.root, [organisation.roster])
    account = {**told(0, purposes), "also": [one for one in purposes if one in ("P02", "P03")]}
    return demo.seal_invented(organisation, chain, account, number=0, taken_down=NOW, withdraw=None, media=media)


@pytest.fixture
def bring(opened: Callable[[str], Station], organisation: Organisation) -> Callable[..., Told]:
    def make(
        voice: bytes = VOICE,
        picture: bytes = PICTURE,
        file: Medium | None = None,
        purposes: tuple[str, ...] = ("P01", "P02", "P03", "P04", "P06"),
    ) -> Told:
        recording = Medium(kind="voice", type="audio/webm", data=voice, seconds=95)
        photo = Medium(kind="picture", type="image/jpeg", data=picture)
        sealed = sealing(organisation, recording, photo, *([file] if file else []), purposes=purposes)
        for role in ("lawyer", "coordinator"):
            take_in(opened(role), demo.incoming(sealed))
        return Told(sealed, opened("lawyer"))

    return make


def page_of(one: Browser, tid: str) -> str:
    return str(one.get(f"/en/testimony/{tid}").text)
