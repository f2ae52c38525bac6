"""Five hundred invented testimonies, sealed in Python and delivered by the real exchange: node, central, desks.

They are sealed once in a run of the tests and kept in memory; whoever needs them has them delivered.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from testimony.domain.testimony.languages import dir_of
from testimony.questionnaire.form import Form
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.media import Medium
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.startup import open_station
from testimony.sync.client.exchange import exchange
from testimony.sync.http.channel import InProcess
from testimony.sync.http.transport import Transport
from testimony.web.factory import create_app
from tests.support.stories import voices
from tests.support.stories.voices import VOICES

MANY = 500
CONSENTS = (
    ("P01", "P04", "P06", "P07"),
    ("P01", "P04", "P06", "P09"),
    ("P01", "P04"),
    ("P01", "P06", "P07"),
    ("P01", "P04", "P06", "P07", "P13"),
    ("P01",),
)
"""Everything to lawyers; in court too; lawyers alone; numbers alone; to be contacted again; nothing but keeping."""
WITH_WORDS = "P04"
NAME = "Brindazur Example"
EVERY_WITH_SOUND, EVERY_WITH_PICTURE = 50, 40
AGES, GENDERS = ("a18to24", "a25to34", "a35to44", "a45to59", "a60plus"), ("m", "f", "x")
BORDERS = (("HRV-BIH:north", "HRV", "BIH"), ("GRC-TUR:evros", "GRC", "TUR"), ("POL-BLR:all", "POL", "BLR"))
TURNED = ("v_acts", "v_prop", "x_actors", "x_equip", "i_ret", "a_how", "a_resp")
"""Questions whose answers are chosen out of the form's own lists."""
NOISE = random.Random(500).randbytes(40_000)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"


@dataclass(frozen=True)
class Invented:
    """One of them: what was told, and how it was sealed."""

    number: int
    told: dict[str, Any]
    sealed: SealedTestimony

    @property
    def tid(self) -> str:
        return str(self.sealed.record.value["tid"])

    @property
    def lang(self) -> str:
        return str(self.told["lang"])

    @property
    def dir(self) -> str:
        return dir_of(self.lang)

    @property
    def has_words(self) -> bool:
        """Whether a lawyer may read what was said, and who said it."""
        return WITH_WORDS in self.told["purposes"]


def told(number: int) -> dict[str, Any]:
    """The account number `number`, the same whenever it is asked for."""
    chance = random.Random(number)
    base, voice = demo.invented()[4], VOICES[voices.language(number)]
    segment, left, entered = BORDERS[number % len(BORDERS)]
    person = {"w_age": AGES[number % 5], "w_gender": GENDERS[number % 3], "w_nat": voice.nationality}
    event = {"i_date": f"2025-{1 + number % 12:02}-{1 + number % 28:02}", "i_segment": segment, "i_from": left}
    coded = {name: _chosen(name, chance) for name in TURNED}
    incident = {**base["incident"], **person, **event, "i_to": entered, "g_size": voices.people(number), **coded}
    return {
        **base,
        "about": f"number {number}",
        "lang": voices.language(number),
        "script": voice.script,
        "purposes": list(CONSENTS[number % len(CONSENTS)]),
        "also": [],
        "identity": {"w_name": f"{NAME} {number}", "w_contact": "not a real number"},
        "text": voices.statement(number),
        "incident": incident,
    }


def seal(made: Organisation, numbers: range = range(MANY)) -> list[Invented]:
    """Sealed as a phone of the organisation does it, taken down one after another in the last days."""
    chain, now = RosterChain(made.root, [made.roster]), datetime.now(UTC)
    found = []
    for number in numbers:
        account = told(number)
        sealed = demo.seal_invented(
            made,
            chain,
            account,
            number=number,
            taken_down=now - timedelta(minutes=10 * (len(numbers) - number)),
            withdraw=None,
            media=_media(number),
        )
        found.append(Invented(number, account, sealed))
    return found


def deliver(made: Organisation, invented: Sequence[Invented]) -> None:
    """From phones to the node, and from there by the exchange to central. Nobody else has the stations open."""
    with ExitStack() as closing:
        node, central = (closing.enter_context(open_station(made.folder / name)) for name in ("field", "central"))
        for one in invented:
            demo.require_stored(take_in(node, demo.incoming(one.sealed)))
        channel = InProcess(create_app(STATION=central).test_client())
        report = exchange(node, Transport("http://central.example", node.signer, channel=channel, pause=lambda _: None))
        assert (report.pushed.refused, report.pushed.waiting) == ({}, 0)
        assert report.pushed.delivered == len(invented)


def _media(number: int) -> list[Medium]:
    found = []
    if number % EVERY_WITH_SOUND == 0:
        found.append(Medium(kind="voice", type="audio/webm", data=NOISE + bytes([number % 251]), seconds=20))
    if number % EVERY_WITH_PICTURE == 0:
        found.append(Medium(kind="picture", type="image/jpeg", data=JPEG + NOISE[:9000] + bytes([number % 251])))
    return found


def _chosen(name: str, chance: random.Random) -> list[str]:
    """One or two codes of the list of the question `name`, none of which says that there was nothing."""
    form = Form.load().value
    options = form["lists"][form["fields"][name]["list"]]["options"]
    return sorted(chance.sample([one["code"] for one in options if not one.get("exclusive")], chance.randint(1, 2)))
