"""The text of the consent script pages: the state of a language, its sentences, and the words of the scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _

from testimony.domain.testimony.languages import autonym, dir_of
from testimony.errors import N_
from testimony.questionnaire.labels import language_name
from testimony.questionnaire.sentence_states import SOURCE, State, lowest, texts
from testimony.sealing.roster.wording import Wording, parse_wording
from testimony.services.wordings import sentences as wording_sentences
from testimony.services.wordings import states, wordings
from testimony.services.wordings.studio import Kept, Preparation
from testimony.web.text import labels, sentence_states
from testimony.web.text.labels import Words

TITLES = {
    "safety": N_("Are we safe here?"),
    "told": N_("What every witness is told"),
    "ask": N_("What is asked, use by use"),
    "teach_back": N_("Did it come across?"),
    "readers": N_("Who can read it"),
    "gives": N_("What each yes allows"),
    "words": N_("Single sentences"),
    "page": N_("The page of withdrawal"),
    "question": N_("Questions about what happened"),
}
"""Groups of sentences, by the first word of their keys; those of the page of withdrawal, and questions and
their answers, stand together.
"""
SHAPES = {"kept": "✓", "none": "○", "stale": "!"}
TONES = {"kept": "good", "none": "quiet", "stale": "warn"}
SAYS = {
    "kept": N_("Recorded"),
    "none": N_("Not recorded"),
    "stale": N_("Recorded for other words: record it again"),
}


@dataclass(frozen=True, kw_only=True)
class ScriptState:
    """In words, and by a shape: never by colour alone."""

    code: str  # that of `State`, original, waiting; of a recording kept, none, stale
    words: str
    shape: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One language of the list."""

    tag: str
    own: Words  # its name for itself
    name: str  # in the language of the page; "" where CLDR has none
    states: tuple[ScriptState, ...]
    recorded: int
    sentences: int
    counts: tuple[tuple[str, int], ...]  # sentences by their state, where they are in more than one


@dataclass(frozen=True, kw_only=True)
class Mend:
    """What a sentence is mended with: `words` as they stand with names in braces, `key` in the files of the program,
    `at` the sentence on the page: several say the same words.
    """

    key: str
    at: str
    words: str
    original: str  # the program's words
    state: str

    @property
    def is_mended(self) -> bool:
        return self.words != self.original


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence as the page shows it: what it means, and how it is said."""

    key: str
    number: int
    meaning: Words | None  # in the language of the page; None where that is the language itself
    said: Words
    text: str  # SHA-256
    checked: ScriptState  # how far its words were checked
    state: ScriptState  # of its recording
    mend: Mend
    ms: int


@dataclass(frozen=True, kw_only=True)
class Group:
    """Sentences under one title."""

    id: str
    title: str
    sentences: tuple[Sentence, ...]


def line(prepared: Preparation, lang: str) -> Line:
    """The language as a line of the list, and as the head of its own page."""
    tag = prepared.lang
    found = states.counted(_always_checked(prepared))
    return Line(
        tag=tag,
        own=Words(autonym(tag), tag, dir_of(tag)),
        name=language_name(tag, lang) or "",
        states=tuple(_states(prepared)),
        recorded=len(prepared.clips()),
        sentences=len(prepared.texts),
        counts=tuple((sentence_states.name(state, tag), count) for state, count in found.items())
        if len(found) > 1
        else (),
    )


def groups(prepared: Preparation, lang: str) -> list[Group]:
    """Every sentence, in the order of a talk."""
    meant = wording_sentences.recordable(prepared.organisation, lang) if lang != prepared.lang else {}
    meaning = {key: Words(text, lang, dir_of(lang)) for key, text in meant.items()}
    recorded, checked = prepared.recorded(), _checked(prepared)
    numbered = list(enumerate(prepared.sentences, 1))
    return [
        Group(
            id=group,
            title=str(_(TITLES[group])),
            sentences=tuple(
                _sentence(prepared, no, key, meaning.get(key), recorded.get(key), checked[key]) for no, key in of
            ),
        )
        for group, of in groupby(numbered, key=lambda one: _group_of(one[1]))
    ]


def _group_of(key: str) -> str:
    if key.startswith("words.withdraw_"):
        return wording_sentences.PAGE
    group = key.partition(".")[0]
    return "question" if group == "option" else group


def choices() -> list[tuple[str, str]]:
    """How far a mended sentence can have been checked: (code, words)."""
    return [(state.code, str(_(said))) for state, said in sentence_states.NAMES.items()]


def _mend(prepared: Preparation, key: str) -> Mend:
    name = wording_sentences.in_file(key)
    original, erratum = texts(prepared.lang)[name], prepared.errata.get(name)
    words, state = (erratum.words, erratum.state) if erratum else (original, "")
    return Mend(key=name, at=key, words=words, original=original, state=state)


def _sentence(
    prepared: Preparation, number: int, key: str, meaning: Words | None, kept: Kept | None, checked: State
) -> Sentence:
    text = prepared.texts[key]
    code = "none" if kept is None else "kept" if kept.text == text else "stale"
    return Sentence(
        key=key,
        number=number,
        meaning=meaning,
        said=Words(prepared.sentences[key], prepared.lang, dir_of(prepared.lang)),
        text=text,
        checked=_state(checked, prepared.lang),
        state=ScriptState(code=code, words=str(_(SAYS[code])), shape=SHAPES[code], tone=TONES[code]),
        mend=_mend(prepared, key),
        ms=kept.clip.ms if kept else 0,
    )


def _states(prepared: Preparation) -> Iterator[ScriptState]:
    """What holds, and what waits to hold."""
    named = _in_force(prepared)
    if named and named.checked and prepared.in_force and prepared.in_force.checked:
        said = _("Checked by %(name)s on %(day)s", name=named.checked, day=labels.day(named.day))
        yield ScriptState(code="checked", words=str(said), shape="✓", tone="good")
    elif named and named.checked:
        again = _("Draft again: some words changed since it was checked")
        yield ScriptState(code="draft", words=str(again), shape="!", tone="warn")
    else:
        yield _state(lowest(_always_checked(prepared).values()), prepared.lang)
    if named and named.heard and prepared.in_force and prepared.in_force.checked:
        yield _state(State.HEARD, prepared.lang)
    if prepared.waiting:
        yield ScriptState(code="waiting", words=str(_("Prepared here, not yet in force")), shape="◐", tone="warn")


def _always_checked(prepared: Preparation) -> dict[str, State]:
    """The same of those that every wording names: they say how far the language is."""
    return {key: state for key, state in _checked(prepared).items() if key in prepared.always}


def _checked(prepared: Preparation) -> dict[str, State]:
    """How far each sentence was checked, as it stands here."""
    return states.states(prepared.sentences, prepared.lang, prepared.in_force, prepared.errata)


def _state(state: State, lang: str) -> ScriptState:
    original = lang == SOURCE and state is State.CHECKED
    good = state.may_be_read
    return ScriptState(
        code="original" if original else state.code,
        words=sentence_states.name(state, lang),
        shape="✓" if good else "○",
        tone="good" if good else "quiet",
    )


def _in_force(prepared: Preparation) -> Wording | None:
    record = wordings.find(prepared.station, prepared.in_force.name) if prepared.in_force else None
    return parse_wording(record) if record else None


def saved(prepared: Preparation) -> str:
    """What was signed here last, in words; "" when nothing was."""
    signed = prepared.signed
    if signed is None:
        return ""
    day, number = labels.day(signed.day), len(signed.clips)
    if signed.checked is None:
        return str(_("Saved on %(day)s, still a draft, with recordings: %(number)s.", day=day, number=number))
    return str(
        _(
            "Saved on %(day)s, checked by %(name)s, with recordings: %(number)s.",
            day=day,
            name=signed.checked,
            number=number,
        )
    )


def file_name(prepared: Preparation) -> str:
    """wording-ps-2026-01-20.bin"""
    signed = prepared.signed
    return f"wording-{prepared.lang}-{signed.day}.bin" if signed else ""


def page_words() -> dict[str, str]:
    """What the scripts of the page say, by the name under which they ask for it. {n} and {of} are filled in by them."""
    states = {f"state_{code}": str(_(words)) for code, words in SAYS.items()}
    return {name: str(words) for name, words in (_recording() | _files() | _checking()).items()} | states


def _recording() -> dict[str, str]:
    return {
        "record": _("Record"),
        "record_again": _("Record again"),
        "stop": _("Stop"),
        "state_now": _("Recording"),
        "recording": _("Recording. Press Stop at the end of the sentence."),
        "keeping": _("Keeping the recording…"),
        "kept_next": _("Kept. Next: sentence {n} of {of}."),
        "kept_last": _("Kept. That was the last sentence."),
        "one_at_a_time": _("A sentence is being recorded. Stop that first."),
        "sound_there": _("Sound comes in."),
        "sound_none": _("No sound. Is the microphone covered?"),
        "voice_refused": _(
            "The browser gives this page no microphone. Open its settings for this address, allow the microphone, then"
            " press Record again."
        ),
        "voice_absent": _("This computer has no microphone. Plug one in, or choose a file."),
        "voice_taken": _("The microphone gives no sound. Close the program that uses it, then press Record again."),
        "voice_unable": _("This browser cannot record. Use another one, or choose a file."),
        "ended_limit": _("Nothing was kept: three minutes are the longest. Say it again, in less time."),
        "ended_room": _("Nothing was kept: about 80 seconds are the longest here. Say it again, in less time."),
        "ended_lost": _("Nothing was kept: the microphone was taken away. Say the sentence again."),
        "ended_failed": _("Nothing was kept: the recording broke off. Say the sentence again."),
    }


def _files() -> dict[str, str]:
    return {
        "play": _("Play"),
        "play_end": _("Stop playing"),
        "not_playing": _("This recording cannot be played in this browser."),
        "remove": _("Delete"),
        "remove_sure": _("Delete it?"),
        "removed": _("Deleted."),
        "file_kept": _("The file is kept as the recording of this sentence. Play it and listen to all of it."),
        "file_large": _(
            "This was not kept: a recording of one sentence may be at most 256 KiB. Make a shorter or smaller one."
        ),
        "file_unheard": _("This was not kept: this browser cannot play it, so nobody could check it here."),
        "desk_gone": _(
            "The program on this computer does not answer. Start it again, then open the address that it prints."
        ),
        "count": _("Recorded: {n} of {of}"),
    }


def _checking() -> dict[str, str]:
    return {
        "name_missing": _("Write the name of the second speaker first."),
        "heard_unsaid": _("Only words that a second speaker checked can be marked as understood by witnesses."),
        "tick_missing": _("Tick that every sentence was read or heard and says the same."),
        "nothing_recorded": _("No sentence is recorded and nobody has checked the words, so there is nothing to save."),
        "saved_checked": _("Signed and saved. Read below what to do next."),
        "saved_draft": _(
            "The recordings are signed and saved; the language stays a draft. Read below what to do next."
        ),
    }
