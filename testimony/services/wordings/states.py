"""Say how far each sentence of a language was checked at a station: as shipped, or as the organisation's wording says.

A wording may say more of a sentence than the program does, never less, and only as long as the sentence is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from testimony.questionnaire.sentence_states import State, lowest, shipped
from testimony.services.wordings import sentences
from testimony.services.wordings.wordings import InForce


def states(keys: Iterable[str], lang: str, in_force: InForce | None) -> dict[str, State]:
    """The state of each of `keys`, as a pack names them; names of places and recipients are no sentences."""
    known, raised = shipped(lang), in_force.raised if in_force else {}
    of = {key: known.get(sentences.in_file(key)) for key in keys}
    return {key: max(state, raised.get(key, state)) for key, state in of.items() if state is not None}


def of_script(said: Iterable[str], lang: str, in_force: InForce | None) -> State:
    """The state of a script: the lowest of the sentences `said` with it."""
    return lowest(states(said, lang, in_force).values())


def of_questions(lang: str) -> State:
    """The same of the spoken questions of the form and of their answers."""
    return lowest(state for key, state in shipped(lang).items() if key.partition(".")[0] in ("question", "option"))


def counted(states: Mapping[str, State]) -> dict[State, int]:
    """How many sentences are in each state, from the least on; a state without any is left out."""
    found = list(states.values())
    return {state: found.count(state) for state in State if state in found}
