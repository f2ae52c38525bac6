"""Fill in the communication form of the Special Procedures, field by field, for the PDF and for copying.

A field without an answer is an empty line. Each of the four consents decides about its own part: without consent to a
letter to the State that part is left out, and the sheet says so (docs/submissions.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.testimony.redaction import BAR
from testimony.domain.testimony.submission import PARTS
from testimony.errors import N_
from testimony.services.casefile.casefile import Exhibit
from testimony.services.casefile.code_phrases import Codes, Values
from testimony.services.casefile.document import agreed, state
from testimony.services.casefile.language import Data, Row, Speech, theirs
from testimony.services.casefile.redacted_text import REMARK, Passage
from testimony.services.casefile.statements import LEFT_OUT, paragraphs, spoken
from testimony.services.consent.consents import ConsentLine
from testimony.services.submissions.submissions import Submission

VICTIM: Final = ("w_age", "w_gender", "w_nat", "w_vuln", "w_role")
GROUP: Final = "g_size"
PLACED: Final = ("i_type", "i_date", "i_date_prec", "i_tod", "i_segment", "i_from", "i_to")
OFFICERS: Final = ("x_actors", "x_n", "x_state")
OFFICERS_TOO: Final = ("x_groups", "x_equip", "x_vehicles", "x_army", "x_bias")
STEPS: Final = ("r_comp", "r_why", "r_state", "r_reprisal")
ASIDE: Final = ("e_count", "e_exists", "s_mode")
"""Questions about the interview and not about the event, which are not on the form."""
WORDED: Final = ("o_text", "c_legal", "v_other", "v_purpose", "h_other")
LETTER: Final = ("w_age", "w_gender", "w_nat", *PLACED, "i_ret", "v_acts", "v_injury", *OFFICERS, "r_comp", "r_state")
REPORT: Final = ("i_type", "i_date", "i_segment", "i_from", "i_to", "i_ret", "v_acts", "x_actors")
"""From the coded account only: a month, a part of the border, families of violence, and nothing about the person."""
NAMES: Final = {"full": N_("in full"), "initials": N_("initials"), "none": N_("not shown")}


@dataclass(frozen=True, kw_only=True)
class Part:
    """A section of the sheet. `rows`: labels and values; no value is an empty line. `note`: a sentence below it."""

    title: str
    rows: tuple[Row, ...] = ()
    note: str = ""


class Sheet:
    """The sheet of one testimony in the language of `speech`."""

    def __init__(self, exhibit: Exhibit, submission: Submission, speech: Speech) -> None:
        self.exhibit, self.submission, self.speech = exhibit, submission, speech
        self.codes = Codes(exhibit.codes, exhibit.burner, speech)
        self.recipient = submission.order.case.recipient

    @property
    def title(self) -> str:
        return self.speech.say(N_("Sheet for testimony %(tid)s"), tid=self.exhibit.opened.tid[:8])

    def parts(self) -> list[Part]:
        """The sections, in form order."""
        return [
            self._part(N_("1. Who sends this information"), self._sender()),
            self._part(N_("2. The alleged victim"), self._victim()),
            self._part(N_("3. What happened"), [*self._placed(), *self._statement_rows(), *self._others()]),
            self._part(N_("4. The alleged perpetrators"), self._officers()),
            self._part(N_("5. Steps taken"), self._steps()),
            self._part(N_("6. What the person agreed to"), self._consents(), self._bounds()),
            *self._agreed_parts(),
            self._part(N_("Where this comes from"), self._source()),
        ]

    def _part(self, title: str, rows: Iterable[Row], note: str = "") -> Part:
        return Part(title=self.speech.say(title), rows=tuple(rows), note=note)

    def _row(self, label: str, *values: str | Data) -> Row:
        return self.speech.say(label), list(values)

    def _sender(self) -> list[Row]:
        return [
            self._row(N_("Organisation"), *([name] if (name := self.speech.organisation()) else [])),
            self._row(N_("Address, telephone, e-mail")),
            self._row(N_("In what capacity it acts for the alleged victim")),
            self._row(N_("May the name of the sender be made known?")),
        ]

    def _victim(self) -> list[Row]:
        return [
            self._name(),
            self._row(N_("Date of birth"), *self._birth()),
            *self._coded(VICTIM[:3], keep=True),
            self._row(N_("Occupation")),
            self._row(N_("Ethnic, religious or social background, where it matters")),
            self._row(N_("Where the person is now")),
            *self._coded(VICTIM[3:]),
            *self._coded([GROUP], keep=True),
        ]

    def _name(self) -> Row:
        name = self.exhibit.name
        return self._row(N_("Name"), self.speech.say(N_("The name is not shown.")) if name is None else theirs(name))

    def _birth(self) -> list[str]:
        """Only with the full name, since it identifies a person."""
        return [self.speech.day(self.exhibit.born)] if self.exhibit.born else []

    def _placed(self) -> list[Row]:
        place = self._remarks(["i_loc_text"], keep=True)
        return [*self._coded(PLACED[:5], keep=True), *place, *self._coded(PLACED[5:], keep=True)]

    def _statement_rows(self) -> list[Row]:
        rows: list[Row] = []
        for account in self.exhibit.accounts:
            rows.append(self._text(N_("As it was said, in %(language)s"), account.original))
            rows += [self._text(N_("Translation into %(language)s"), one) for one in (*account.beside, *account.apart)]
            if account.left_out:
                rows.append(self._row(N_("Translation"), self.speech.say(LEFT_OUT, number=account.left_out)))
        return rows

    def _text(self, sentence: str, passage: Passage) -> Row:
        unfinished = [] if passage.complete else [self.speech.say(N_("This translation is not finished."))]
        return str(spoken(sentence, passage, self.speech)["words"][0]), [*paragraphs(passage), *unfinished]

    def _others(self) -> list[Row]:
        placed = {*VICTIM, GROUP, *PLACED, *OFFICERS, *OFFICERS_TOO, *STEPS, *ASIDE}
        rest = [name for name in self.exhibit.codes.names if name not in placed]
        return [*self._coded(rest), *self._remarks(WORDED)]

    def _officers(self) -> list[Row]:
        return [
            *self._coded(OFFICERS, keep=True),
            *self._remarks(["x_desc"], keep=True),
            *self._coded(OFFICERS_TOO),
            *self._remarks(["x_words"]),
        ]

    def _steps(self) -> list[Row]:
        asked = self._row(N_("Whether it was taken to another international or regional body"))
        return [*self._coded(STEPS[:3], keep=True), *self._coded(STEPS[3:]), asked]

    def _consents(self) -> list[Row]:
        lines = {line.key: line for line in self.exhibit.opened.consent.lines or ()}
        uses = [Purpose.UN_CASE, *PARTS.values(), Purpose.UN_NAME]
        return [self._consent(Key(one, self.recipient), lines.get(Key(one, self.recipient))) for one in uses]

    def _consent(self, key: Key, line: ConsentLine | None) -> Row:
        label = self.speech.purpose(key)
        if line is None or not line.usable:
            return label, [state(line, self.speech)]
        shown = [self.speech.say(NAMES[line.name_shown])] if line.name_shown in NAMES else []
        return label, [*shown, *agreed(line, self.speech)]

    def _may(self, part: str) -> bool:
        return Key(PARTS[part], self.recipient) in self.exhibit.opened.consent.usable

    def _bounds(self) -> str:
        """What must not happen, shown next to the consents."""
        bounds = {
            "state": N_("The person has not agreed to a letter to the State. Nothing of this sheet may go to a State."),
            "report": N_("The person has not agreed to a public report. Nothing of this sheet may be published."),
        }
        return " ".join(self.speech.say(sentence) for part, sentence in bounds.items() if not self._may(part))

    def _agreed_parts(self) -> list[Part]:
        made = {
            "state": (N_("For the letter to the State"), self._letter),
            "report": (N_("For a public report"), self._report),
        }
        wanted = [part for part in made if part in self.submission.parts]
        return [self._part(made[part][0], made[part][1]()) for part in wanted]

    def _letter(self) -> list[Row]:
        """The codes in use, without the account."""
        told = [(self.codes.wording.field_label(name), self.codes.counting(name)) for name in LETTER]
        return [self._name(), *(row for row in told if row[1])]

    def _report(self) -> list[Row]:
        coarse = self.exhibit.codes.coarse
        told = {name: coarse[name] for name in REPORT if "value" in coarse.get(name, {})}
        wording = self.codes.wording
        return [
            self._name(),
            *((wording.field_label(name), self.codes.texts(name, one, coded=True)) for name, one in told.items()),
        ]

    def _source(self) -> list[Row]:
        opened = self.exhibit.opened
        return [
            self._row(N_("Number of the testimony"), opened.tid),
            self._row(N_("Taken down on"), self.speech.day(opened.day)),
            self._row(N_("Signed list of its parts (SHA-256)"), self.speech.own(opened.manifest) | {"small": True}),
        ]

    def _coded(self, names: Iterable[str], *, keep: bool = False) -> list[Row]:
        """`keep`: include unanswered questions as empty lines."""
        label = self.codes.wording.field_label
        known = set(self.exhibit.codes.names)
        return [(label(name), self._values(name) if name in known else []) for name in names if keep or name in known]

    def _values(self, name: str) -> Values:
        """Nothing if it was not asked, and no lawyer corrected it."""
        answer = self.exhibit.codes.answer(name)
        unasked = answer == {"missing": "nask"} and not self.exhibit.codes.standing(name)
        return [] if unasked else self.codes.values(name)

    def _remarks(self, names: Iterable[str], *, keep: bool = False) -> list[Row]:
        told = {one.original.id.removeprefix(REMARK): one.original for one in self.exhibit.remarks}
        label = self.codes.wording.field_label
        return [(label(name), paragraphs(told[name]) if name in told else []) for name in names if keep or name in told]


def copied(sheet: Sheet, bar: str) -> list[Data]:
    """The same for copying: [{"title", "note", "fields": [{"label", "text", "lang", "dir"}]}].

    `bar`: the replacement for redacted words.
    """
    return [
        {"title": part.title, "note": part.note, "fields": [_field(row, sheet.speech, bar) for row in part.rows]}
        for part in sheet.parts()
    ]


def _field(row: Row, speech: Speech, bar: str) -> Data:
    values = [one if isinstance(one, dict) else speech.own(one) for one in row[1]]
    texts = ["".join(f"[{bar}]" if piece is BAR else piece for piece in one["words"]) for one in values]
    first = values[0] if values else speech.own("")
    label = row[0] if isinstance(row[0], str) else "".join(row[0]["words"])
    return {"label": label, "text": "\n".join(texts), "lang": first["lang"], "dir": first["dir"]}
