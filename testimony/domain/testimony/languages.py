"""The languages of witnesses and interviewers: text direction, native name, and where each one is offered."""

from __future__ import annotations

INTERVIEWERS = ("en", "fr", "es", "ar", "fa", "tr", "it", "uk", "ru", "pl", "de", "el", "sr", "pt", "hr", "bs")
"""The languages of the interview page with the whole questionnaire, and of a field node's own pages."""

INTERVIEWER_DRAFTS = frozenset(
    {"fr", "es", "ar", "fa", "tr", "it", "uk", "ru", "pl", "de", "el", "sr", "pt", "hr", "bs"}
)
"""Those of them in which nobody who reads the language at work has checked the pages; their menus say so."""

DESKS = ("en", "fr", "es", "ar", "fa", "de", "el", "tr", "it", "pl", "pt", "sr", "hr", "bs")
"""The languages of the readers' desks, of the central server's pages and of key ceremonies."""

DESK_DRAFTS = frozenset({"fr", "es", "ar", "fa", "de", "el", "tr", "it", "pl", "pt", "sr", "hr", "bs"})
"""Those of them in which nobody who reads the language at work has checked the pages; their menu says so."""

LABELLED = tuple(dict.fromkeys((*INTERVIEWERS, *DESKS)))
"""The languages in which the program's own questionnaire has labels, and countries and months have names."""

TRANSLATED = ("en", "fr", "es")
"""What readers are taken to read: an account with a text in one of these waits for no translation."""

DOCUMENTS = ("en", "fr", "es", "de", "ar", "el", "fa")
"""The languages of a case file: those of the courts and bodies that it goes to."""

SCRIPTS = (
    "ar", "prs", "es", "ps", "fr", "ur", "kmr", "en", "fa", "ckb", "ht", "ti", "so", "bn", "tr", "am", "it", "uk",
    "ru", "pl", "de", "el", "sr", "pt", "hr", "bs",
)  # fmt: skip
"""Those in which a witness can be asked for consent (`questionnaire/scripts/`), in the order of the world's routes."""

AUTONYMS = {
    "ar": "العربية", "prs": "دری", "es": "español", "ps": "پښتو", "fr": "français", "ur": "اردو",
    "kmr": "kurmancî", "en": "English", "fa": "فارسی", "ckb": "کوردیی ناوەندی", "ht": "kreyòl ayisyen",
    "ti": "ትግርኛ", "so": "Soomaali", "bn": "বাংলা", "tr": "Türkçe", "am": "አማርኛ", "om": "Oromoo", "pt": "português",
    "ru": "русский", "wo": "Wolof", "ff": "Pulaar", "bm": "bamanankan", "quc": "K’iche’", "mam": "Mam",
    "el": "Ελληνικά", "hr": "hrvatski", "bs": "bosanski", "sr": "српски", "it": "italiano", "pl": "polski",
    "de": "Deutsch", "uk": "українська",
}  # fmt: skip

WITNESSES = (
    "ar", "prs", "es", "ps", "fr", "ur", "kmr", "en", "fa", "ckb", "ht", "ti", "so", "bn", "tr", "am", "om", "pt", "ru",
    "wo", "ff", "bm", "quc", "mam", "it", "uk", "pl", "de", "el", "sr", "hr", "bs",
)  # fmt: skip

CLDR = {"prs": "fa_AF", "kmr": "ku"}
"""What CLDR, and so Babel, calls a language that has another tag here."""

ZEROS = {"bn": "\u09e6", "ckb": "\u0660", "fa": "\u06f0", "prs": "\u06f0", "ps": "\u06f0", "ur": "\u06f0"}
"""The digit zero of languages whose sentences write numbers in digits of their own. Arabic ones write them in Western
digits, as keypads do (docs/translating.md); a withdrawal code is shown in both (`interview/form/numerals.js`)."""
DIGITS = {lang: {ord("0") + value: chr(ord(zero) + value) for value in range(10)} for lang, zero in ZEROS.items()}
"""By language: each Western digit and the one that stands for it."""

RIGHT_TO_LEFT = frozenset({"ar", "prs", "ps", "ur", "fa", "ckb", "he", "ug", "sd", "dv", "yi"})
RIGHT_TO_LEFT_SCRIPTS = frozenset({"Arab", "Hebr", "Thaa", "Nkoo", "Adlm", "Rohg", "Syrc"})


def comma_of(lang: str) -> str:
    """The comma of a language, with the blank after it."""
    return "، " if dir_of(lang) == "rtl" else ", "


def dir_of(lang: str) -> str:
    """The direction ("rtl" or "ltr") of a BCP 47 tag; a script subtag (`ff-Adlm`) decides before the language does."""
    primary, *rest = lang.split("-")
    for part in rest:
        if len(part) == 4 and part.isalpha():
            return "rtl" if part.title() in RIGHT_TO_LEFT_SCRIPTS else "ltr"
    return "rtl" if primary.lower() in RIGHT_TO_LEFT else "ltr"


def autonym(lang: str) -> str:
    """The language's own name for itself; the tag where we know none."""
    return AUTONYMS.get(lang, AUTONYMS.get(lang.split("-")[0], lang))


def locale_of(lang: str) -> str:
    """The name by which CLDR knows the language."""
    return CLDR.get(lang, lang)


def in_own_digits(text: str, lang: str) -> str:
    """`text` with its Western digits in those that sentences of the language use."""
    own = DIGITS.get(lang)
    return text.translate(own) if own else text
