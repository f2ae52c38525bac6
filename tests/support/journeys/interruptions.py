"""What may happen to a phone between two taps, and in the middle of one: killed, cut off, connected again. Seeded."""

from __future__ import annotations

import random
import threading
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.sync_api import Error as PlaywrightError

from tests.support.interview.card_driver import LostSight
from tests.support.interview.driver import Interviewer
from tests.support.journeys.walkthrough import Walk
from tests.support.journeys.world import World

LATEST = 0.6  # seconds after a card was begun: while it is answered, or while the draft is saved


@dataclass
class Fate:
    """Holds one interview by `person` to its end, whatever happens. `blows` tells what did, and where.

    `browser`: on whose phone, where it is not the person's own.
    """

    world: World
    person: str
    seed: int
    kills: int = 3
    rarely: float = 0.06  # of the cards: how often something happens
    slowdown: int = 1
    browser: str = ""
    blows: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._reached = True
        self.browser = self.browser or self.person

    def hold(self, walk: Walk, phone: Interviewer | None = None) -> Interviewer:
        """From home, of `phone` where it is on, to the read-back. Returns the phone, whose page may be another."""
        phone = phone or self.signed_in(walk.story.page)
        phone.act("new-interview")
        phone.wait_for("languages")
        while (card := phone.card) != "review":
            if self._chance.random() < self.rarely:
                phone = self._blow(phone, walk, card)
            else:
                walk.step(phone, card)
        self._connect("review")
        return phone

    def seal(self, phone: Interviewer, lang: str) -> Interviewer:
        """From the read-back to the outbox, killed while it seals: then it is a draft still, or sealed, never both."""
        phone.to_sealing()
        phone.saved()
        blow = threading.Timer(self._chance.uniform(0, LATEST * self.slowdown), self.world.browsers[self.browser].kill)
        blow.start()
        with suppress(PlaywrightError, LostSight):  # it dies while it seals
            phone.finish()
        blow.join()
        again = self.signed_in(lang)
        if again.drafts():
            self._tell("killed before it was sealed", "finish")
            again.resume()
            again.finish()
        else:
            self._tell("killed when it was sealed", "finish")
            again.act("outbox")
            again.wait_for("outbox")
        return again

    def signed_in(self, lang: str) -> Interviewer:
        """The phone, slowed down, with its interviewer signed in."""
        phone = self.world.phone(self.browser, slowdown=self.slowdown)
        phone.open(lang, offline_ready=False)
        phone.sign_in(self.person, self.world.passphrase(self.person))
        return phone

    def _blow(self, phone: Interviewer, walk: Walk, card: str) -> Interviewer:
        if self._killed() < self.kills and self._chance.random() < 0.5:
            return self._kill(phone, walk, card)
        if self._reached:
            self._tell("cut off", card)
            self.world.node_gate.lead_to(None)
            self._reached = False
        else:
            self._connect(card)
        walk.step(phone, card)
        return phone

    def _kill(self, phone: Interviewer, walk: Walk, card: str) -> Interviewer:
        """SIGKILL somewhere in the course of this card; then the phone is taken up again, near the node."""
        self._tell("killed", card)
        blow = threading.Timer(self._chance.uniform(0, LATEST), self.world.browsers[self.browser].kill)
        blow.start()
        with suppress(PlaywrightError, LostSight):  # it dies while somebody taps
            walk.step(phone, card)
        blow.join()
        self._connect(card)
        again = self.signed_in(walk.story.page)
        again.resume()
        return again

    def _connect(self, card: str) -> None:
        if not self._reached:
            self._tell("connected", card)
            self.world.node_gate.lead_to(self.world.node.port)
            self._reached = True

    def _killed(self) -> int:
        return [what for what, _ in self.blows].count("killed")

    def _tell(self, what: str, card: str) -> None:
        self.blows.append((what, card))
