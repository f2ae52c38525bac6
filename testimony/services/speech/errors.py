"""Why a machine writes nothing down, or a model is not installed. Each sentence says what to do."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ModelRefused(TestimonyError):
    """Nothing was installed; `reason` is a key of `REASONS`."""

    code = "speech.model"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "manifest": "This folder has no file model.json that can be read. Ask the person who prepared the model for "
        "the whole folder. Nothing was installed.",
        "altered": "A file of this model is missing or differs from its hash in model.json. Copy the folder again "
        "from where it was prepared. Nothing was installed.",
        "layout": "This is not a model of PocketSphinx: it needs a folder acoustic and the files language.lm.bin and "
        "dictionary.dict. Name them so. Nothing was written.",
        "translation": "This is not a model for CTranslate2: it needs the files model/model.bin, model/config.json, a "
        "vocabulary beside them, and source.spm. Name them so. Nothing was written.",
        "token": "The vocabulary of this model does not have the word that you gave for a language. Look it up in the "
        "model's own description. Nothing was written.",
        "desk": "A model is installed at a desk, and this folder is another station's. Name the desk's folder. Nothing "
        "was installed.",
        "language": "This language or name cannot be used: the language is a tag such as en or fr, the name has at "
        "most 100 characters, a model's word for a language 40. Nothing was written.",
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class SpeechRefused(TestimonyError):
    """A recording was not written down, or not signed; `reason` is a key of `REASONS`."""

    code = "speech.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "model": N_("Choose a model that is installed on this computer. Nothing was written down."),
        "altered": N_(
            "A file of this model was changed since it was installed. Install the model again. Nothing was written "
            "down."
        ),
        "absent": N_(
            "No speech engine or no model for it is installed on this computer, or it cannot be locked down here. Ask "
            "the person who installed this desk. Nothing was written down."
        ),
        "load": N_("The engine cannot read this model. Take another one. Nothing was written down."),
        "damaged": N_("The engine cannot read this recording. Listen to it instead. Nothing was written down."),
        "slow": N_(
            "This recording takes more time or memory than the engine gets. Take a smaller model. Nothing was written "
            "down."
        ),
        "crashed": N_("The engine failed and was ended. Try again, or take another model. Nothing was written down."),
        "busy": N_("Another recording is being written down. Wait for its end, or stop it."),
        "unsigned": N_("What the machine wrote of another recording is not signed yet. Sign it or discard it first."),
        "role": N_("Only lawyers write recordings down. Nothing was written down."),
        "lines": N_("The page does not fit the original any more. Copy what you wrote, and open it again."),
        "empty": N_("Nothing was written yet."),
        "long": N_("This transcript is too long to be signed. Shorten its lines; what you wrote stays on this page."),
        "withdrawn": N_("This testimony is withdrawn or set aside. Its recordings are not written down any more."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class DraftRefused(TestimonyError):
    """A machine did not translate a text, or what it wrote was not signed; `reason` is a key of `REASONS`."""

    code = "translation.draft"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        **{why: SpeechRefused.REASONS[why] for why in ("model", "altered", "load", "crashed", "lines")},
        "absent": N_(
            "No engine for translation is installed on this computer, or it cannot be locked down here. Ask the person "
            "who installed this desk. Nothing was written down."
        ),
        "slow": N_(
            "This text takes more time or memory than the engine gets. Take a smaller model. Nothing was written down."
        ),
        "long": N_("This text is too long for a machine. Translate it yourself. Nothing was written down."),
        "whole": N_("Every sentence is translated already. Clear those that a machine should write."),
        "busy": N_("Another text is being translated. Wait for its end, or stop it."),
        "unsigned": N_("What the machine wrote of another text is not signed yet. Sign it or discard it first."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ModelUnchosen(SpeechRefused):
    """No model, or one that is not here, was chosen."""

    kind = Kind.MALFORMED

    def __init__(self) -> None:
        super().__init__("model")
