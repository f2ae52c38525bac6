"""Say how far each sentence of a language was checked at a station: as shipped, or as the organisation's wording says.

A wording may say more of a sentence than the program does, never less, and only as long as the sentence is the same.
A sentence that the organisation mended is in the state that the erratum says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from testimony.questionnaire.sentence_states import State, lowest, shipped, state_of
from testimony.sealing.roster.wording import Clip, Mended
from testimony.services.wordings import sentences
from testimony.services.wordings.wordings import InForce


def states(
    keys: Iterable[str], lang: str, in_force: InForce | None, prepared: Mapping[str, Mended] | None = None
) -> dict[str, State]:
    """The state of each of `keys`, as a pack names them; names of places and recipients are no sentences.

    `prepared`: errata that are not in force yet, at the desk that makes them.
    """
    errata, raised = (in_force.errata, in_force.raised) if in_force else ({}, {})
    if prepared is not None:
        same = {key for key in (*errata, *prepared) if errata.get(key) == prepared.get(key)}
        changed = {*errata, *prepared} - same
        raised = {key: state for key, state in raised.items() if sentences.in_file(key) not in changed}
        errata = prepared
    known = {**shipped(lang), **{key: state_of(one.state) for key, one in errata.items()}}
    of = {key: known.get(sentences.in_file(key)) for key in keys}
    return {key: max(state, raised.get(key, state)) for key, state in of.items() if state is not None}


def played(keys: Iterable[str], lang: str, in_force: InForce | None) -> dict[str, Clip]:
    """The recordings of `keys` that a witness may hear: of sentences that people like them understood."""
    clips = in_force.clips if in_force else {}
    known = states((key for key in keys if key in clips), lang, in_force)
    return {key: clips[key] for key, state in known.items() if state.may_be_played}


def of_script(said: Iterable[str], lang: str, in_force: InForce | None) -> State:
    """The state of a script: the lowest of the sentences `said` with it."""
    return lowest(states(said, lang, in_force).values())


def of_questions(lang: str, in_force: InForce | None) -> State:
    """The same of the spoken questions of the form and of their answers."""
    return of_script(sentences.questions(lang), lang, in_force)


def of_withdrawal_page(uses: Iterable[str], lang: str, in_force: InForce | None) -> State:
    """The same of the page of withdrawal: its words, the two answers, and `uses`, the keys of what each use gives.

    `DRAFT_MARK`, which says that not all were checked, counts for nothing: a page whose other words were all checked
    does not say it.
    """
    own = (key for key in sentences.withdrawal_page(lang) if key != sentences.DRAFT_MARK)
    return of_script((*own, *sentences.PAGE_ANSWERS, *uses), lang, in_force)


def by_question(lang: str, in_force: InForce | None) -> dict[str, State]:
    """The state of each question that is said aloud, by its field: the lowest of it and of its answers."""
    known = states(sentences.questions(lang), lang, in_force)
    found: dict[str, State] = {}
    for key, state in known.items():
        field = key.split(".")[1]
        found[field] = min(found.get(field, state), state)
    return found


def counted(states: Mapping[str, State]) -> dict[State, int]:
    """How many sentences are in each state, from the least on; a state without any is left out."""
    found = list(states.values())
    return {state: found.count(state) for state in State if state in found}
