"""Errors of reviews, notes, translations, questions, cases and all that lawyers keep in a case."""

from __future__ import annotations

from typing import ClassVar, Final

from testimony.domain.review.agenda import LONGEST
from testimony.domain.review.attachment import LONGEST as LONGEST_TITLE
from testimony.domain.review.attachment import LONGEST_REASON
from testimony.domain.review.feedback import LONGEST as LONGEST_WORDS
from testimony.domain.sealed_file import LARGEST
from testimony.errors import N_, Kind, TestimonyError
from testimony.sealing.statements.question_words import LONGEST as LONGEST_QUESTION


class TranslationRefused(TestimonyError):
    """A translation was not recorded at a desk; `reason` says why."""

    code = "translation.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers translate here. Nothing was written down."),
        "sentences": N_("The page does not fit the original any more. Copy what you wrote, and open it again."),
        "empty": N_("Nothing was written yet."),
        "unusable": N_("This translation is too long, or its language is not one. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. It is not translated any more."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class NoteRefused(TestimonyError):
    """A note was not recorded or not opened at a desk; `reason` says why."""

    code = "note.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Notes are the lawyers' own, and privileged. Nothing was opened or written down."),
        "empty": N_("Nothing was written yet."),
        "long": N_("This note is too long. Divide it; what you wrote stays on this page."),
        "unusable": N_("This place or language cannot be noted. Nothing was written down."),
        "other": N_("Only the person who wrote a note can change it or cross it out. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing is noted on it any more."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class LabelRefused(TestimonyError):
    """A private label was not recorded at a desk; `reason` says why."""

    code = "label.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Only lawyers label testimonies. Nothing was written down."),
        "empty": N_("Write a label. Nothing was written down."),
        "long": N_("A label has at most 80 characters. Shorten it; nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing was written down."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ReviewRefused(TestimonyError):
    """A change to a review was not recorded at a desk; `reason` says why."""

    code = "review.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers review. Nothing was written down."),
        "move": N_("The review stands elsewhere by now. Look at it again; nothing was written down."),
        "twice": N_("You cleared it already. Another lawyer must clear it too. Nothing was written down."),
        "person": N_("Choose a lawyer of the roster. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. It is not reviewed any more."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class QuestionRefused(TestimonyError):
    """A question to an interviewer, or an answer, was not recorded; `reason` says why."""

    code = "question.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "gone": N_("This testimony or question is not here any more. Nothing was sent."),
        "there": N_("This was said already and still counts. Nothing was sent."),
        "many": N_("So much was asked here that nothing more goes. Call instead."),
        "role": N_("Only lawyers ask in their own words. Nothing was sent."),
        "empty": N_("Nothing was written yet."),
        "long": N_("This text has more than %(most)s characters. Shorten it; what you wrote stays on this page."),
        "keyless": N_("This testimony names no phone that can open your own words. Choose a question from the list."),
        "ended": N_("The phone that sealed this is no longer in the roster. Choose a question from the list."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__(**({"most": LONGEST_QUESTION} if reason == "long" else {}))
        self.reason = reason
        self.sentence = self.REASONS[reason]


CLOSED: Final = N_("This case is closed. Open it again on its page first; nothing was written down.")


class CaseRefused(TestimonyError):
    """A testimony was not added to a case or removed from it at a desk; `reason` says why."""

    code = "case.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers take a testimony into a case. Nothing was written down."),
        "consent": N_("The witness has not agreed to this case, or does not any more. Nothing was written down."),
        "there": N_("It stands so by now already. Look at it again; nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing was written down."),
        "none": N_("Choose the testimonies first. Nothing was written down."),
        "closed": CLOSED,
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class AgendaRefused(TestimonyError):
    """A deadline or task of a case was not recorded at a desk; `reason` says why."""

    code = "agenda.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers keep the deadlines and tasks of a case. Nothing was written down."),
        "empty": N_("Write what is to be done. Nothing was written down yet."),
        "long": N_("This text has more than %(most)s characters. Shorten it; what you wrote stays on this page."),
        "day": N_("A deadline needs a day. Choose it, or correct it; nothing was written down yet."),
        "future": N_("This day is still to come. Choose the day on which the case ended; nothing was written."),
        "person": N_("Choose a lawyer of the roster, or nobody. Nothing was written down yet."),
        "closed": CLOSED,
        "other": N_("This deadline or task is not in this case any more. Open the page of the case again."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__(**({"most": LONGEST} if reason == "long" else {}))
        self.reason = reason
        self.sentence = self.REASONS[reason]


class NoticeRefused(TestimonyError):
    """That somebody was told of an ended consent was not recorded at a desk; `reason` says why."""

    code = "notice.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Lawyers record who was told. Nothing was written down."),
        "day": N_("Choose the day on which they were told. Nothing was written down yet."),
        "future": N_("This day is still to come. Choose the day on which they were told; nothing was written."),
        "early": N_("The file was made after this day. Choose the day on which they were told; nothing was written."),
        "none": N_("It stands so by now already. Look at it again; nothing was written down."),
        "unknown": N_("This file is not in the register any more. Open the page “What left” again."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
        self.field = "told" if reason in ("day", "future", "early") else ""


class AttachmentRefused(TestimonyError):
    """A file was not attached to a case, or not taken out, at a desk; `reason` says why."""

    code = "attachment.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Only lawyers attach files to a case. Nothing was attached."),
        "none": N_("Choose a file. Nothing was attached yet."),
        "empty": N_("This file is empty. Choose another one; nothing was attached."),
        "large": N_("A file may have %(most)s MB. Make it smaller or divide it; nothing was attached."),
        "about": N_("Choose whom it concerns. Nothing was attached yet."),
        "title": N_("Write a title of at most %(longest)s characters. Nothing was attached yet."),
        "day": N_("Choose a day that is not in the future, or none. Nothing was attached yet."),
        "there": N_("This same file is attached to this case already. Nothing was attached."),
        "consent": N_("This testimony is not in this case, or its consent has ended. Nothing was attached."),
        "closed": N_("The testimony left this case, or its consent has ended. The file stays closed."),
        "reason": N_("Write why it is taken out. Nothing was changed yet."),
        "long": N_("The reason may have %(reason)s characters. Shorten it; nothing was changed yet."),
        "other": N_("This attachment is not in this case any more. Open the page of the case again."),
    }

    def __init__(self, reason: str) -> None:
        most = LARGEST // (1024 * 1024)
        values: dict[str, dict[str, object]] = {
            "large": {"most": most},
            "title": {"longest": LONGEST_TITLE},
            "long": {"reason": LONGEST_REASON},
        }
        super().__init__(**values.get(reason, {}))
        self.reason = reason
        self.sentence = self.REASONS[reason]


class FeedbackRefused(TestimonyError):
    """What became of a testimony was not recorded for its witness; `reason` says why."""

    code = "feedback.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Only lawyers write to the witness. Nothing was written down."),
        "empty": N_("Write what became of it. Nothing was written down yet."),
        "long": N_("This text has more than %(most)s characters. Shorten it; what you wrote stays on this page."),
        "lang": N_("This is not a language. Choose it again; nothing was written down yet."),
        "day": N_("Choose a day between the day of the note and today. Nothing was written down yet."),
        "other": N_("This note is not here any more, or it stands so already. Open the page again."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing was written down."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__(**({"most": LONGEST_WORDS} if reason == "long" else {}))
        self.reason = reason
        self.sentence = self.REASONS[reason]
        self.field = "told" if reason == "day" else ""
