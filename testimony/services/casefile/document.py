"""Build the data that `casefile.typ` typesets, in the language of the recipient."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from testimony.domain.consent.purposes import Key
from testimony.errors import N_
from testimony.questionnaire.form import Form
from testimony.services.casefile import (
    attachment_list,
    chronology,
    corroboration_phrases,
    interview_conditions,
    paragraph_numbers,
)
from testimony.services.casefile import custody as casefile_custody
from testimony.services.casefile import statements as casefile_statements
from testimony.services.casefile.casefile import ALTERED, CLOSED, GONE, UNREADABLE, CaseFile, Exhibit, Lacking
from testimony.services.casefile.code_phrases import Codes
from testimony.services.casefile.language import Data, Row, Speech, facts, tag_of, theirs
from testimony.services.casefile.redacted_text import REMARK, REMARKS
from testimony.services.casefile.statements import paragraphs
from testimony.services.consent.consents import ConsentLine
from testimony.services.consent.phrases import ON_HOLD, STATES
from testimony.services.opening.file_sources import SOURCES
from testimony.services.opening.media import Medium
from testimony.services.testimony.view import Opened

ACTS: Final = {"GRANT": N_("agreed"), "REFUSE": N_("refused"), "WITHDRAW": N_("withdrawn")}
WHY: Final = {
    GONE: N_("It is not here, or it is withdrawn or set aside."),
    UNREADABLE: N_("Its consent cannot be read here. Until it can, nothing counts as agreed."),
    ALTERED: N_("It was changed or damaged after it was sealed. Do not rely on it; report it."),
    CLOSED: N_("The account does not open with your key."),
}
AGREED: Final = N_(
    "On the day on which this file was made, consent to this use stood for every testimony in it. A witness can take "
    "it back at any time: ask who sent you this file before you use it later."
)
REDACTED: Final = N_(
    "Words were blacked out of this copy. The bars are all of one width, and what stood there is not in this file."
)


MOST_IN_DETAIL: Final = 12
"""The most testimonies whose sections stand in the table of contents too."""


def refusals(found: Iterable[Lacking], speech: Speech) -> list[tuple[str, str]]:
    """(ID of the testimony, why it is not in the file), in words."""
    return [(one.tid, _why(one, speech)) for one in found]


def data_of(file: CaseFile) -> Data:
    """The data of the whole file."""
    speech = Speech(file.order.lang, file.organisations, file.people)
    cover = _cover(file, speech)
    exhibits = [_exhibit(one, number, file, speech) for number, one in enumerate(file.exhibits, 1)]
    paragraph_numbers.number(exhibits)
    dated = chronology.section(file.exhibits, [_take_numbers(one) for one in exhibits], speech)
    return {
        **frame(file, speech, speech.say(N_("Case file"))),
        "cover": cover,
        "index": _index(speech, deep=len(exhibits) <= MOST_IN_DETAIL),
        "front": [dated, *attachment_list.section(file.attached, file.order.tids, file.exhibits[0].burner, speech)],
        "exhibits": exhibits,
    }


def _take_numbers(exhibit: Data) -> dict[str, str]:
    """Question -> number of its paragraph. The names of questions do not go to the typesetter."""
    blocks = [block for section in exhibit["sections"] for block in section["blocks"]]
    named = [(block.pop("names"), block["rows"]) for block in blocks if "names" in block]
    return {name: row["no"] for names, rows in named for name, row in zip(names, rows, strict=False)}


def frame(file: CaseFile, speech: Speech, title: str) -> Data:
    """The frame around the content of every such PDF. It contains no name of a witness."""
    return {
        "lang": tag_of(speech.lang),
        "dir": speech.dir,
        "title": title,
        "author": speech.organisation(),
        "date": [file.day.year, file.day.month, file.day.day],
        "running": [title, speech.recipient(file.order.case), speech.day(file.day)],
        "page": speech.say(N_("Page %(n)s of %(all)s"), n="{n}", all="{all}"),
        "bar": speech.say(N_("redacted")),
    }


def _why(one: Lacking, speech: Speech) -> str:
    if one.why:
        return speech.say(WHY[one.why])
    whose = ((speech.series([speech.purpose(key), _for(key, speech)]), line) for key, line in one.missing)
    return " · ".join(f"{asked}: {state(line, speech)}" for asked, line in whose)


def _for(key: Key, speech: Speech) -> str:
    return speech.recipient(key) if key.recipient else speech.say(N_("for anybody"))


def state(line: ConsentLine | None, speech: Speech) -> str:
    """The state of a consent in words."""
    if line is None:
        return speech.say(STATES["not_asked"])
    return speech.say(ON_HOLD if line.on_hold else STATES[line.state.value])


def _cover(file: CaseFile, speech: Speech) -> list[Data]:
    notes = [
        AGREED,
        N_("Every statement stands in the words in which it was written down, beside its translations. Nothing in it "
           "was corrected. Where lawyers corrected a code, who did and what was sealed stand beside it. [U+…] stands "
           "for a character that cannot be printed."),
    ]  # fmt: skip
    notes.append(
        N_(
            "The numbers at the margin count the paragraphs of the whole file. A paragraph and its translation beside "
            "it have one number."
        )
    )
    if any(one.is_redacted for one in file.exhibits):
        notes.append(REDACTED)
    return [facts(cover_rows(file, speech), speech), *notes_of(notes, speech)]


def cover_rows(file: CaseFile, speech: Speech) -> list[Row]:
    """For whom, for which use, and how many testimonies."""
    return [
        (speech.say(N_("For")), [speech.recipient(file.order.case)]),
        (speech.say(N_("Use that the witnesses agreed to")), [speech.purpose(file.order.case)]),
        (speech.say(N_("Testimonies")), [str(len(file.exhibits))]),
        (speech.say(N_("Made on")), [speech.day(file.day)]),
        (speech.say(N_("Made by")), [speech.person(file.by)]),
    ]


def notes_of(sentences: Iterable[str], speech: Speech) -> list[Data]:
    """Sentences of the catalogue, each as a note of its own."""
    return [{"kind": "note", "words": speech.own(speech.say(one))} for one in sentences]


def _index(speech: Speech, *, deep: bool) -> Data:
    heads = [speech.say(N_("No.")), speech.say(N_("Testimony")), speech.say(N_("Page"))]
    return {"title": speech.say(N_("Index of the bundle")), "heads": heads, "after": [], "deep": deep}


def _exhibit(exhibit: Exhibit, number: int, file: CaseFile, speech: Speech) -> Data:
    opened = exhibit.opened
    parts = [
        (N_("The witness"), [facts(_witness(exhibit, speech), speech)]),
        (
            N_("The account, in the person's words"),
            casefile_statements.blocks(exhibit.accounts, exhibit.burner, speech),
        ),
        (N_("What happened, as it was coded"), _incident(exhibit, speech)),
        (
            N_("The incident, and who else tells of it"),
            corroboration_phrases.blocks(file.corroborations[opened.tid], speech),
        ),
        (N_("What else was written down of it"), remarks(exhibit, speech)),
        (N_("Recordings, pictures and files"), _media(exhibit, speech)),
        (N_("How it was taken down"), _taken_down(exhibit, speech)),
        (N_("Consent that covers this use"), [facts(_consent(exhibit, speech), speech)]),
        (N_("Custody"), casefile_custody.blocks(exhibit, speech)),
    ]
    return {
        "title": _title(opened, number, speech),
        "sections": [{"title": speech.say(name), "blocks": blocks} for name, blocks in parts if blocks],
    }


def _title(opened: Opened, number: int, speech: Speech) -> str:
    tid, day = opened.tid[:8], speech.day(opened.day)
    if opened.imported:
        imported = speech.series([speech.say(N_("Imported from elsewhere")), day])
        return f"{speech.say(N_('Testimony'))} {number}: {tid} · {imported}"
    return speech.say(N_("Testimony %(number)s: %(tid)s, taken down on %(day)s"), number=number, tid=tid, day=day)


def _witness(exhibit: Exhibit, speech: Speech) -> list[Row]:
    shown: str | Data
    if exhibit.name is None:
        shown = speech.say(N_("The name is not shown."))
    else:
        shown = theirs(exhibit.name)
    return [(speech.say(N_("Name")), [shown]), (speech.say(N_("Number of the testimony")), [exhibit.opened.tid])]


def _incident(exhibit: Exhibit, speech: Speech) -> list[Data]:
    codes = Codes(exhibit.codes, exhibit.burner, speech)
    rows = codes.rows()
    unread = exhibit.codes.unread
    lost = speech.say(N_("Corrections that cannot be read here, or that count for nothing: %(number)s"), number=unread)
    notes: list[Data] = [{"kind": "note", "words": speech.own(lost)}] if unread else []
    if not rows:
        return notes
    return [*speech.quoting(exhibit.codes.form), facts(rows, speech) | {"names": exhibit.codes.names}, *notes]


def _taken_down(exhibit: Exhibit, speech: Speech) -> list[Data]:
    rows = interview_conditions.rows(exhibit.opened, speech)
    # the first row says when
    return [*speech.quoting(Form.load()), facts(rows, speech) | {"names": [chronology.TALK]}]


def remarks(exhibit: Exhibit, speech: Speech, names: Collection[str] = REMARKS) -> list[Data]:
    """The free-text answers to the questions `names`."""
    wording = speech.wording(exhibit.codes.form)
    told = {one.original.id.removeprefix(REMARK): one.original for one in exhibit.remarks}
    rows: list[Row] = [
        (speech.quoted(wording.field_label(name), wording.lang), paragraphs(told[name]))
        for name in names
        if name in told
    ]
    return [*speech.quoting(exhibit.codes.form), facts(rows, speech)] if rows else []


def _media(exhibit: Exhibit, speech: Speech) -> list[Data]:
    """The pictures in the file, how many other media are sealed with the testimony, and each file by its hash."""
    gallery = exhibit.opened.gallery
    kinds = [one.item.kind for one in gallery.media] if gallery else []
    shown = [
        picture(png, speech.say(N_("Picture %(number)s"), number=number)) for number, png in exhibit.pictures.items()
    ]
    sentence = speech.say(
        N_("Sealed with this testimony and not in this file: recordings %(voices)s, pictures %(pictures)s."),
        voices=kinds.count("voice"), pictures=kinds.count("picture") - len(shown),
    )  # fmt: skip
    files = [one for one in gallery.media if one.item.origin and not one.closed] if gallery else []
    rest: Data = {"kind": "note", "words": speech.own(sentence)}
    others = len(kinds) > len(shown) + len(files)
    return [*shown, *([rest] if others else []), *([_files(files, speech)] if files else [])]


def _files(found: Iterable[Medium], speech: Speech) -> Data:
    """What an archive has byte for byte, by its hash. Its name on the phone may name people, so it stays out."""
    rows: list[Row] = []
    for medium in found:
        item, origin = medium.item, medium.item.origin
        if origin is not None:
            size = speech.say(N_("Bytes: %(number)s"), number=item.len)
            said = [speech.say(SOURCES[origin.source]), speech.day(origin.at), size, f"SHA-256: {origin.sha256}"]
            rows.append((speech.say(N_("File %(number)s"), number=medium.number), [*said]))
    return facts(rows, speech)


def picture(png: bytes, caption: str) -> Data:
    """A picture as a block, marked if it is taller than wide."""
    tall = png[20:24] > png[16:20]  # height and width in the header of a PNG
    return {"kind": "picture", "png": list(png), "tall": tall, "caption": caption}


def _consent(exhibit: Exhibit, speech: Speech) -> list[Row]:
    return [(speech.purpose(line.key), agreed(line, speech)) for line in exhibit.agreed]


def agreed(line: ConsentLine, speech: Speech) -> list[str | Data]:
    """For whom, what was agreed and when, and how long it is valid."""
    said = [speech.series([speech.say(ACTS[act]), speech.day(day)]) for act, day in line.history if act in ACTS]
    until = speech.day(line.until) if line.until else speech.say(N_("no time limit"))
    document = (
        [speech.say(N_("By the document of %(day)s"), day=speech.day(line.document.made))] if line.document else []
    )
    return [speech.recipient(line.key), *said, *document, speech.say(N_("Until: %(day)s"), day=until)]
