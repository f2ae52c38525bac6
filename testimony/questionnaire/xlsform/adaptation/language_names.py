"""Finds the language that a heading such as `label::Swahili` names in words."""

from __future__ import annotations

import unicodedata

from testimony.questionnaire.codebook import read_json
from testimony.questionnaire.xlsform.headings import language_of

MORE = """
af afrikaans; am amharic amarinya; ar arabic; az azerbaijani; bem bemba; bg bulgarian; bm bambara;
bn bangla bengali; bs bosnian; ceb cebuano; cs czech; de german deutsch; dyu dioula jula; el greek;
en english; es espanol castellano; fa farsi persian; ff fulah fulfulde peul; fil filipino tagalog;
fr francais; ha hausa; hi hindi; hr croatian; hu hungarian; hy armenian; id bahasa indonesian; ig
igbo; it italian italiano; ja japanese; ka georgian; kk kazakh; km khmer; kmr kurmanji kurdish; ko
korean; lg luganda ganda; ln lingala; lo lao; mfe creole; mg malagasy; mk macedonian; ml malayalam;
mn mongolian; mos moore; ms malay; my burmese myanmar; ne nepali; nl dutch; ny chichewa nyanja; nyn
runyankole; om oromo; pa punjabi; pl polish; prs dari; pt portuguese portugues; rhg rohingya; rn
kirundi rundi; ro romanian; ru russian; rw kinyarwanda; sg sango; si sinhala; sn shona; so somali;
sq albanian; sr serbian; sw swahili kiswahili; ta tamil; te telugu; tg tajik; th thai; ti tigrinya;
tr turkish; uk ukrainian; ur urdu; uz uzbek; vi vietnamese; wo wolof; xh xhosa; yo yoruba; zh
chinese mandarin; zu zulu
"""
"""Tags (BCP 47), each with its names, in addition to the names that CLDR has for the languages of the program."""


def tag_of(text: str) -> str | None:
    """The tag that `text` contains or names; None if it is not known."""
    return _named(text) or language_of(text)


def _named(text: str) -> str | None:
    wanted = _folded(text.partition("(")[0])
    for entry in MORE.split(";"):
        tag, *names = entry.split()
        if wanted in names:
            return tag
    for held in read_json("names.json")["names"].values():
        for tag, name in held["languages"].items():
            if wanted and wanted == _folded(name):
                return str(tag)
    return None


def _folded(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
