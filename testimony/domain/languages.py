"""The languages of witnesses and interviewers: direction, own name, and which ones are shown where."""

from __future__ import annotations

SHIPPED = ("en", "fr", "ar")  # interviewers' screens and consent scripts

AUTONYMS = {
    "ar": "العربية", "prs": "دری", "es": "español", "ps": "پښتو", "fr": "français", "ur": "اردو",
    "kmr": "kurmancî", "en": "English", "fa": "فارسی", "ckb": "کوردیی ناوەندی", "ht": "kreyòl ayisyen",
    "ti": "ትግርኛ", "so": "Soomaali", "bn": "বাংলা", "tr": "Türkçe", "am": "አማርኛ", "om": "Oromoo", "pt": "português",
    "ru": "русский", "wo": "Wolof", "ff": "Pulaar", "bm": "bamanankan", "quc": "K’iche’", "mam": "Mam",
    "el": "Ελληνικά", "hr": "hrvatski", "bs": "bosanski", "sr": "српски", "it": "italiano", "pl": "polski",
}  # fmt: skip

WITNESSES = (
    "ar", "prs", "es", "ps", "fr", "ur", "kmr", "en", "fa", "ckb", "ht", "ti", "so", "bn", "tr", "am", "om", "pt", "ru",
    "wo", "ff", "bm", "quc", "mam",
)  # fmt: skip

RIGHT_TO_LEFT = frozenset({"ar", "prs", "ps", "ur", "fa", "ckb", "he", "ug", "sd", "dv", "yi"})
RIGHT_TO_LEFT_SCRIPTS = frozenset({"Arab", "Hebr", "Thaa", "Nkoo", "Adlm", "Rohg", "Syrc"})


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
