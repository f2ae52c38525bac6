"""What each language of the consent scripts is written with: its letters, its digits, the ends of its sentences."""

from __future__ import annotations

import re

LATIN = r"A-Za-z\u00c0-\u024f\u1e00-\u1eff"
ARABIC = r"\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff"
ETHIOPIC = r"\u1200-\u139f"
BENGALI = r"\u0980-\u09ff"
CYRILLIC = r"\u0400-\u045f\u0490-\u0491"
GREEK = r"\u0370-\u03ff\u1f00-\u1fff"
LETTERS = {
    **dict.fromkeys(("en", "fr", "es", "kmr", "so", "tr", "ht", "it", "pl", "de", "pt", "hr", "bs"), LATIN),
    **dict.fromkeys(("ar", "fa", "prs", "ps", "ur", "ckb"), ARABIC),
    **dict.fromkeys(("ti", "am"), ETHIOPIC),
    "bn": BENGALI,
    "el": GREEK,
    **dict.fromkeys(("uk", "ru", "sr"), CYRILLIC),
}
OWN = {
    # letters that a text of this length has in this language, and its neighbours in the same script have not
    "fr": "éèçêà", "es": "ñáóí", "tr": "ığş", "kmr": "êîûş", "ht": "èò",
    "ar": "ةىإؤ", "fa": "یکپگچ", "prs": "یکپگچ", "ps": "ښړټډځې", "ur": "ےہھٹں", "ckb": "ەێۆڕڵ",
    "am": "ነው", "ti": "ኣእዩ", "bn": "য়ন", "it": "èòìà", "uk": "іїє", "ru": "ыэё", "pl": "ąęłżś", "de": "äöüß",
    "el": "άέήόώ", "sr": "јљњћђ", "pt": "ãçõê", "hr": "čćšžđ", "bs": "čćšžđ",
}  # fmt: skip
FOREIGN = {
    # letters of a neighbour: a text pasted into the wrong file holds them
    "ar": "یکپگچژەێۆےہھٹښړټ", "fa": "يكةەێۆڕڵےہھٹںښړټډځ", "prs": "يكةەێۆڕڵےہھٹںښړټډځ", "ps": "كےٹںەێۆڕڵ",
    "ur": "يكةەێۆڕڵښړټډځې", "ckb": "يكةےہٹںښړټډځې", "am": "ኣ",
    "en": "éèçêñğışîûò", "fr": "ñğışāòí", "es": "ğışîûêèçò", "tr": "ñêèéòq", "kmr": "ğıñéèòô", "so": "éèçêñğışîûò",
    "ht": "ğışîûñçê", "it": "ñğışûêç", "uk": "ыэъёљњћђ", "ru": "іїєљњћђ", "pl": "ñğışèòûãõ", "de": "ñğışèòł",
    "sr": "ыэъщіїє", "pt": "ñğışòł", "hr": "ñğışèòłąęã", "bs": "ñğışèòłąęã",
}  # fmt: skip
FUNCTION_WORDS = {
    # small words that no text of this length does without
    "en": "we you the", "fr": "nous vous que", "es": "que una no", "tr": "ve bir", "kmr": "em û ku",
    "so": "waa aad ama", "ht": "nou ou pa", "ar": "من لا على", "fa": "را که شما", "prs": "را که شما",
    "ps": "چې موږ تاسو", "ur": "ہے آپ کے", "ckb": "کە ئێمە بۆ", "bn": "আমরা না", "am": "ነው ወይም", "ti": "ወይ ኣብ",
    "it": "che non di", "uk": "що не або", "ru": "что не или", "pl": "nie się jest", "de": "und nicht wir",
    "el": "και να δεν", "sr": "да не је", "pt": "que não uma", "hr": "da ne tko što", "bs": "da ne ko šta",
}  # fmt: skip
QUESTION = {
    **dict.fromkeys(
        ("en", "fr", "es", "kmr", "so", "tr", "ht", "bn", "it", "uk", "ru", "pl", "de", "sr", "pt", "hr", "bs"), "?"
    ),
    **dict.fromkeys(("ar", "fa", "prs", "ps", "ckb", "ur"), "؟"),
    **dict.fromkeys(("ti", "am"), "?፧"),
    "el": ";",
}
SENTENCE = re.compile(r"(?<=[.!?;؟۔።፧।])\s")
DIGITS = "0123456789٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹০১২৩৪৫৬৭৮৯"
NUMBER = re.compile(f"[{DIGITS}]+")


def spoken(text: str) -> set[str]:
    """The words of `text` as they are written, marks above and below letters included."""
    return set(re.split(r"[\s.,:;!?،؛؟۔।፣።፧“”„«»{}]+", text))


def plain(number: str) -> str:
    """`number` in Western digits."""
    return "".join(str(DIGITS.index(digit) % 10) for digit in number)


def numbers(text: str) -> list[str]:
    """The numbers in `text`, whatever digits they are written in, in Western ones."""
    return sorted(plain(found) for found in NUMBER.findall(text))


def foreign_letters(text: str, lang: str) -> set[str]:
    """Letters in `text` that are not of the language's script."""
    bare = re.sub(r"\{\w+\}", "", text)
    return {sign for sign in bare if sign.isalpha() and not re.match(f"[{LETTERS[lang]}]", sign)}
