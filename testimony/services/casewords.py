"""What a case file says, in the language of who gets it: the data that `casefile.typ` sets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from testimony.domain.languages import autonym
from testimony.domain.purposes import Key
from testimony.domain.redaction import Burner, Segments
from testimony.errors import N_
from testimony.questionnaire.wording import Wording
from testimony.services import caseconditions, qr
from testimony.services.casefile import ALTERED, CLOSED, GONE, UNREADABLE, CaseFile, Exhibit, Lacking, Place
from testimony.services.casespeech import Data, Row, Speech, facts, tag_of, theirs
from testimony.services.consents import ConsentLine
from testimony.services.passages import Account, Passage
from testimony.services.statewords import ON_HOLD, STATES

ACTS: Final = {"GRANT": N_("agreed"), "REFUSE": N_("refused"), "WITHDRAW": N_("withdrawn")}
WHY: Final = {
    GONE: N_("It is not here, or it is withdrawn or set aside."),
    UNREADABLE: N_("Its consent cannot be read here. Until it can, nothing counts as agreed."),
    ALTERED: N_("It was changed or damaged after it was sealed. Do not rely on it; report it."),
    CLOSED: N_("The account does not open with your key."),
}
METHODS: Final = {
    "person": N_("by a person who reads both languages"),
    "interpreter": N_("told by an interpreter and written down"),
    "machine_checked": N_("by a machine on this computer, and read against the original by a person"),
}


def refusals(found: Iterable[Lacking], speech: Speech) -> list[tuple[str, str]]:
    """(number of the testimony, why it is in no such file) for a person."""
    return [(one.tid, _why(one, speech)) for one in found]


def data_of(file: CaseFile) -> Data:
    """The data of the whole file."""
    speech = Speech(file.order.lang, file.organisations)
    title = speech.say(N_("Case file"))
    recipient = speech.recipient(file.order.case)
    return {
        "lang": tag_of(speech.lang),
        "dir": speech.dir,
        "title": title,
        "author": speech.organisation(),
        "date": [file.day.year, file.day.month, file.day.day],
        "running": f"{title} · {recipient} · {speech.day(file.day)}",
        "page": speech.say(N_("%(n)s of %(all)s"), n="{n}", all="{all}"),
        "bar": speech.say(N_("redacted")),
        "cover": _cover(file, speech, recipient),
        "index": _index(speech),
        "exhibits": [_exhibit(one, number, speech) for number, one in enumerate(file.exhibits, 1)],
    }


def _why(one: Lacking, speech: Speech) -> str:
    if one.why:
        return speech.say(WHY[one.why])
    return "; ".join(f"{speech.purpose(key)}, {_for(key, speech)}: {_state(line, speech)}" for key, line in one.missing)


def _for(key: Key, speech: Speech) -> str:
    return speech.recipient(key) if key.recipient else speech.say(N_("for anybody"))


def _state(line: ConsentLine | None, speech: Speech) -> str:
    if line is None:
        return speech.say(STATES["not_asked"])
    return speech.say(ON_HOLD if line.on_hold else STATES[line.state.value])


def _cover(file: CaseFile, speech: Speech, recipient: str) -> list[Data]:
    rows = [
        (speech.say(N_("For")), [recipient]),
        (speech.say(N_("Use that the witnesses agreed to")), [speech.purpose(file.order.case)]),
        (speech.say(N_("Testimonies")), [str(len(file.exhibits))]),
        (speech.say(N_("Made on")), [speech.day(file.day)]),
        (speech.say(N_("Made by")), [file.by]),
    ]
    notes = [
        N_("On the day on which this file was made, consent to this use stood for every testimony in it. A witness can "
           "take it back at any time: ask who sent you this file before you use it later."),
        N_("Every statement stands in the words in which it was written down, beside its translations. Nothing was "
           "corrected. [U+…] stands for a character that cannot be printed."),
    ]  # fmt: skip
    if any(one.is_redacted for one in file.exhibits):
        notes.append(N_("Words were blacked out of this copy. The bars are all of one width, and what stood there is "
                        "not in this file."))  # fmt: skip
    return [facts(rows, speech), *({"kind": "note", "words": speech.own(speech.say(note))} for note in notes)]


def _index(speech: Speech) -> Data:
    heads = [speech.say(N_("No.")), speech.say(N_("Testimony")), speech.say(N_("Page"))]
    return {"title": speech.say(N_("Index of the bundle")), "heads": heads, "after": []}


def _exhibit(exhibit: Exhibit, number: int, speech: Speech) -> Data:
    opened = exhibit.opened
    title = speech.say(
        N_("Testimony %(number)s: %(tid)s, taken down on %(day)s"),
        number=number, tid=opened.tid[:8], day=speech.day(opened.day),
    )  # fmt: skip
    parts = [
        (N_("The witness"), [facts(_witness(exhibit, speech), speech)]),
        (N_("The account, in the person's words"), _accounts(exhibit, speech)),
        (N_("What happened, as it was coded"), _incident(exhibit, speech)),
        (N_("Recordings and pictures"), _media(exhibit, speech)),
        (N_("How it was taken down"), [facts(caseconditions.rows(exhibit.opened, speech), speech)]),
        (N_("Consent that covers this use"), [facts(_consent(exhibit, speech), speech)]),
        (N_("Custody"), _custody(exhibit, speech)),
    ]
    return {
        "title": title,
        "sections": [{"title": speech.say(name), "blocks": blocks} for name, blocks in parts if blocks],
    }


def _witness(exhibit: Exhibit, speech: Speech) -> list[Row]:
    shown: str | Data
    if exhibit.name is None:
        shown = speech.say(N_("The name is not shown."))
    else:
        shown = theirs(exhibit.name)
    return [(speech.say(N_("Name")), [shown]), (speech.say(N_("Number of the testimony")), [exhibit.opened.tid])]


def _accounts(exhibit: Exhibit, speech: Speech) -> list[Data]:
    blocks: list[Data] = []
    for account in exhibit.accounts:
        blocks += _account(account, exhibit.burner, speech)
    return blocks


def _account(account: Account, burner: Burner, speech: Speech) -> list[Data]:
    spoken = _spoken(N_("As it was said, in %(language)s"), account.original, speech)
    if not account.beside:
        blocks: list[Data] = [{"kind": "note", "words": spoken}, _paragraphs(account.original)]
    else:
        translated = [_spoken(N_("Translation into %(language)s"), one, speech) for one in account.beside]
        rows = [
            [_cell(words, one, speech) for one, words in zip(columns, row, strict=True)]
            for columns in [(account.original, *account.beside)]
            for row in zip(*(one.sentences for one in columns), strict=True)
        ]
        blocks = [{"kind": "beside", "heads": [spoken, *translated], "rows": rows}]
        blocks.append(facts([_translator(one, burner, speech) for one in account.beside], speech))
    for one in account.apart:
        spoken = _spoken(N_("Translation from the interview into %(language)s"), one, speech)
        blocks += [{"kind": "note", "words": spoken}, _paragraphs(one)]
    if account.left_out:
        left = N_("Translations from the interview that are not in this copy, because words of the original were "
                  "blacked out: %(number)s")  # fmt: skip
        blocks.append({"kind": "note", "words": speech.own(speech.say(left, number=account.left_out))})
    return blocks


def _cell(words: Segments, passage: Passage, speech: Speech) -> Data:
    return (
        theirs(words, passage.lang, passage.dir) if words != ("",) else speech.own(speech.say(N_("not translated yet")))
    )


def _paragraphs(passage: Passage) -> Data:
    """Sentences one after the other; a new line of the witness begins a new paragraph."""
    paragraphs: list[list[str | None]] = []
    for number, words in enumerate(passage.sentences):
        if number in passage.breaks or not paragraphs:
            paragraphs.append([])
        paragraphs[-1] += [" ", *words] if paragraphs[-1] else words
    return {"kind": "words", "words": [theirs(tuple(one), passage.lang, passage.dir) for one in paragraphs]}


def _spoken(sentence: str, passage: Passage, speech: Speech) -> Data:
    """With the language's own name. A name in another direction keeps to itself."""
    known = autonym(passage.lang) if tag_of(passage.lang) != "und" else speech.say(N_("an unknown language"))
    return speech.own(speech.say(sentence, language=known))


def _translator(one: Passage, burner: Burner, speech: Speech) -> Row:
    how = speech.say(METHODS.get(one.method, one.method))
    signed = speech.say(N_("Signed by %(name)s on %(day)s"), name=one.signer, day=speech.day(one.day))
    values: list[str | Data] = [how, *([theirs(burner.burn(one.translator))] if one.translator else []), signed]
    if not one.complete:
        values.append(speech.say(N_("This translation is not finished.")))
    return speech.say(N_("Translation into %(language)s"), language=autonym(one.lang)), values


def _incident(exhibit: Exhibit, speech: Speech) -> list[Data]:
    held = exhibit.opened.compartment("incident")
    answers = (held.content or {}).get("answers") if held else None
    if not isinstance(answers, Mapping):
        return []
    wording = Wording(exhibit.form, speech.lang)
    rows = [
        (wording.field_label(name), _answer(name, answers[name], wording, exhibit, speech))
        for name in _order(answers, wording)
    ]
    return [facts(rows, speech)] if rows else []


def _order(answers: Mapping[str, Any], wording: Wording) -> list[str]:
    asked = [field.id for field in wording.form.fields if field.id in answers] if wording.form else []
    return asked + sorted(set(answers) - set(asked))


def _answer(name: str, answer: Any, wording: Wording, exhibit: Exhibit, speech: Speech) -> list[str | Data]:
    if not isinstance(answer, Mapping) or not {"value", "missing"} & answer.keys():
        return [speech.say(N_("This answer cannot be shown"))]
    try:
        texts = wording.answer_texts(name, answer)
    except (TypeError, AttributeError, ValueError):  # sealed by a dishonest device: no shape of ours
        return [speech.say(N_("This answer cannot be shown"))]
    dated = [speech.day(one) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", one) else one for one in texts]
    return [theirs(exhibit.burner.burn(one), speech.lang) for one in dated]


def _media(exhibit: Exhibit, speech: Speech) -> list[Data]:
    """The pictures that are in the file, and how much else is sealed with the testimony."""
    gallery = exhibit.opened.gallery
    kinds = [one.item.kind for one in gallery.media] if gallery else []
    shown: list[Data] = [
        {
            "kind": "picture",
            "png": list(png),
            "tall": png[20:24] > png[16:20],  # the height and the width in the head of a PNG
            "caption": speech.say(N_("Picture %(number)s"), number=number),
        }
        for number, png in exhibit.pictures.items()
    ]
    sentence = speech.say(
        N_("Sealed with this testimony and not in this file: recordings %(voices)s, pictures %(pictures)s."),
        voices=kinds.count("voice"), pictures=kinds.count("picture") - len(shown),
    )  # fmt: skip
    rest: Data = {"kind": "note", "words": speech.own(sentence)}
    return [*shown, *([rest] if len(kinds) > len(shown) else [])]


def _consent(exhibit: Exhibit, speech: Speech) -> list[Row]:
    return [(speech.purpose(line.key), _agreed(line, speech)) for line in exhibit.agreed]


def _agreed(line: ConsentLine, speech: Speech) -> list[str | Data]:
    said = [f"{speech.say(ACTS[act])}, {speech.day(day)}" for act, day in line.history if act in ACTS]
    until = speech.day(line.until) if line.until else speech.say(N_("no time limit"))
    return [speech.recipient(line.key), *said, speech.say(N_("Until: %(day)s"), day=until)]


def _custody(exhibit: Exhibit, speech: Speech) -> list[Data]:
    opened, manifest, place = exhibit.opened, exhibit.manifest, exhibit.place
    rows: list[Row] = [
        (speech.say(N_("Signed list of its parts (SHA-256)")), [speech.own(opened.manifest) | {"small": True}]),
        (speech.say(N_("Signed by the device")), [opened.device or speech.say(N_("unknown"))]),
        (speech.say(N_("Roster")), [str(opened.roster_no)]),
    ]
    if opened.attestation:
        rows.append((speech.say(N_("Signed by the interviewer")), [opened.attestation.person_id]))
    checked = speech.say(
        N_("Checked when this file was made: the signatures, every part that was opened, and the place in the log "
           "where it is given below.")
    )  # fmt: skip
    blocks: list[Data] = [facts(rows, speech), {"kind": "note", "words": speech.own(checked)}]
    blocks.append(_log(place, opened.manifest, speech))
    heads = [speech.say(N_("Part")), speech.say(N_("Commitment")), speech.say(N_("Sealed body (SHA-256)"))]
    parts = [[one.part, one.commit, one.body] for one in manifest.parts]
    blocks.append({"kind": "hashes", "heads": heads, "rows": parts})
    return blocks


def _log(place: Place | None, record: str, speech: Speech) -> Data:
    if place is None:
        unknown = N_("The log of headquarters had not confirmed this testimony when this file was made.")
        return {"kind": "note", "words": speech.own(speech.say(unknown))}
    caption = [
        speech.say(N_("Log of headquarters: %(origin)s"), origin=place.origin),
        speech.say(N_("Entry %(position)s of %(size)s, counted from 0"), position=place.position, size=place.size),
        speech.say(N_("Root of the log: %(root)s"), root=place.root),
    ]
    code = (
        f"testimony:log?v=1&log={place.origin}&no={place.position}&record={record}&size={place.size}&root={place.root}"
    )
    alt = speech.say(N_("The same as a code for a camera"))
    return {"kind": "code", "svg": qr.draw(code).svg, "alt": alt, "caption": caption}
