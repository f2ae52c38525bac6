"""`handover` at the command line: from one organisation to another, and back when the consent has ended."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.domain.consent.events import Act as ConsentAct
from testimony.domain.consent.purposes import Key, Purpose
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from tests.support.cli.headquarters import run
from tests.support.services import handovers
from tests.support.services.batches import bring
from tests.support.services.casefiles import account
from tests.support.services.desks import Desk, reader_of
from tests.support.services.handovers import PURPOSES, RECIPIENT, SAID


def test_a_testimony_goes_over_is_answered_and_a_withdrawal_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handovers.agree_to_hand_overs(monkeypatch)
    now = datetime.now(UTC)
    giver = handovers.create(tmp_path / "giver", "Border Watch", PURPOSES, now.date())
    taker = handovers.create(tmp_path / "taker", "River Network", [], now.date())

    def act(at: Organisation, step: str, *more: object, by: str = "lawyer-1") -> str:
        keeper = at.keeper(by)
        key = ("--key-file", at.folder / keeper.file)
        typed = keeper.passphrase + "\n"
        made = run("handover", step, "--home", at.folder / "desk-lawyer", *key, *more, typed=typed)
        assert made.returncode == 0, made.stderr
        return made.stdout

    def know(here: Organisation, there: Organisation, *more: object) -> str:
        bundle = there.folder / "own.bundle"
        (words,) = re.findall(r"^  words +(.+)$", act(there, "introduce", "--out", bundle), re.MULTILINE)
        act(here, "know", bundle, "--words", words, "--name", there.folder.parent.name, *more)
        return str(words)

    words = know(giver, taker, "--recipient", RECIPIENT)
    know(taker, giver)
    with open_station(giver.folder / "desk-lawyer") as station, open_station(giver.folder / "central") as central:
        Desk(station, reader_of(giver, "lawyer-1"), central).exchange()
        (sealed,) = bring(giver, station, [account(0, "en", SAID, also=[f"P15-{RECIPIENT}"])], at=now)
    tid = str(sealed.record.value["tid"])
    (id,) = re.findall(r"\b[0-9a-f]{64}\b", act(giver, "propose", tid, words))
    assert re.search(rf"^  proposed +{id} .*, taker$", act(giver, "list"), re.MULTILINE), "the organisation is named"
    assert ", taker" in act(giver, "agree", id, words, by="lawyer-2")
    with open_station(taker.folder / "desk-lawyer") as station, open_station(taker.folder / "central") as central:
        Desk(station, reader_of(taker, "lawyer-1"), central).exchange()
    offer, answer, end, done = (tmp_path / f"{name}.age" for name in ("offer", "answer", "end", "done"))
    act(giver, "send", id[:8], "--out", offer)
    looked = act(taker, "look", offer)
    assert "lawyer-1, lawyer-2" in looked
    assert "in the interview" in looked
    assert "received" in act(taker, "take", offer, "--out", answer)
    assert "taken" in act(giver, "take", answer)
    with open_station(giver.folder / "desk-lawyer") as station, open_station(giver.folder / "central") as central:
        desk = Desk(station, reader_of(giver, "lawyer-1"), central)
        stands = desk.stands(tid, now.date())
        key = Key(Purpose.HANDOVER, RECIPIENT)
        consent_acts.say(station, desk.reader, stands, ConsentAct.WITHDRAW, key, day=now.date())
    assert re.search(r"^  due +" + id, act(giver, "list"), re.MULTILINE)
    act(giver, "tell", id, "--out", end)
    assert "withdrawn" in act(taker, "take", end, "--out", done)
    assert "ended" in act(giver, "take", done)
    assert re.search(r"^  ended +" + id, act(giver, "list"), re.MULTILINE)
    assert "withdrawn" in act(taker, "take", offer), "the same file again changes nothing"
