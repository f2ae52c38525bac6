"""Goes through an interview by whatever card is on the screen, so that it can be taken up anywhere after a death."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.interview.driver import SEVERAL, Interviewer
from tests.support.stories.stories import Story

Between = Callable[[str], None]


@dataclass
class Walk:
    """One interview on its way. `given` is what was entered: field -> value, as a story writes it."""

    story: Story
    given: dict[str, Any] = field(default_factory=dict)

    def go(self, phone: Interviewer, *, until: str = "review", between: Between = lambda card: None) -> None:
        """Answer card after card until `until` is on the screen. `between` is called before each with its name."""
        while (card := phone.card) != until:
            between(card)
            self.step(phone, card)

    def step(self, phone: Interviewer, card: str) -> None:
        """Answer the card that is on the screen, and leave it."""
        if card == "languages":
            phone.choose("witness_language", self.story.lang)
            self.given["w_lang"] = self.story.lang
            phone.next()
        elif card == "safety":
            for name, code in (self.story.safety | {"cs_age": self.story.opening["cs_age"]}).items():
                phone.choose(name, code)
            phone.next()
        elif card in SEVERAL:
            phone.answer_several(self.story.circumstances)
        elif card.startswith("told-"):
            phone.told()
        elif card.startswith("teach-"):
            phone.take(card.replace("-", "_"), "understood")
        elif card.startswith("purpose-") or card in ("uses-counted", "uses-more"):
            phone.consent_card(self.story.purposes)
        elif card in self.story.opening:
            self._circumstance(phone, card, self.story.opening[card])
        elif card in self.story.circumstances:
            self._circumstance(phone, card, self.story.circumstances[card])
        else:
            self._question(phone, card, self.story.answers)

    def _circumstance(self, phone: Interviewer, card: str, value: Any) -> None:
        phone.give(card, value)
        if phone.card == card:
            phone.next()

    def _question(self, phone: Interviewer, card: str, answers: Mapping[str, Any]) -> None:
        """A question of the form, or a card that only tells something."""
        if not self.story.hurried:
            phone.ask_everything()
        if card in answers:
            self.given |= {name: answers[name] for name in (card, f"{card}_prec") if name in answers}
            if card == "i_segment":
                self.given |= {"i_from": answers[card][:3], "i_to": answers[card][4:7]}  # the phone enters them
        phone.answer_card(card, answers)
