"""Format sentences, dates and names in the language of a case file, and tag each text with its own language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_skeleton

from testimony.catalogues import SOURCE, day_inflected, one_stop, translation
from testimony.domain.consent.offers import offers, text_in
from testimony.domain.consent.purposes import Key
from testimony.domain.testimony.languages import LABELLED, autonym, comma_of, dir_of, locale_of
from testimony.domain.testimony.redaction import Segments
from testimony.errors import N_
from testimony.questionnaire.form import Form
from testimony.questionnaire.form_labels import Wording
from testimony.services.casefile.people import ROLES, UNKNOWN, People

TAG: Final = re.compile(r"[a-z]{2,3}")
MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)
Data = dict[str, Any]
"""What JSON can hold."""

PURPOSES: Final = {
    "P01": N_("Record and keep it, locked"),
    "P04": N_("Our lawyers read everything, with the name"),
    "P05": N_("Pass name and contact to one service"),
    "P08a": N_("Take it to the United Nations by name"),
    "P08b": N_("The United Nations may write to the State"),
    "P08c": N_("A summary in a public United Nations report"),
    "P08d": N_("How the name is shown there"),
    "P09": N_("Use it in a complaint or in court"),
    "P11": N_("Altered quotes in reports"),
    "P12": N_("Speak to journalists"),
    "P14": N_("Search for a missing person"),
}
RECIPIENTS: Final = {
    "organisation": N_("our organisation"),
    "lawyers": N_("our lawyers"),
    "public": N_("the public"),
}
Row = tuple[str | Data, Sequence[str | Data]]


class Speech:
    """Sentences, days and names in the language of the file."""

    def __init__(self, lang: str, organisations: Sequence[Mapping[str, Any]], people: People | None = None) -> None:
        self.lang, self.dir = lang, dir_of(lang)
        self._organisations, self._people = organisations, people or People()
        self._said = translation("messages", lang)
        self._unnamed: dict[str, list[str]] = {}  # role -> persons without a name, in the order in which they come up

    def say(self, sentence: str, **values: object) -> str:
        """A sentence of the catalogue with its values filled in."""
        found = self._said.gettext(sentence)
        return one_stop(found % values) if values else found

    def series(self, parts: Iterable[str]) -> str:
        """`parts` one after the other, with the comma of the language."""
        return comma_of(self.lang).join(parts)

    def day(self, day: date | str) -> str:
        """A day or a month (`YYYY-MM`) in words; anything else is returned unchanged."""
        if isinstance(day, str) and MONTH.fullmatch(day):
            return str(format_skeleton("yMMMM", date.fromisoformat(f"{day}-01"), locale=locale_of(self.lang)))
        try:
            one = date.fromisoformat(day[:10]) if isinstance(day, str) else day
        except ValueError:
            return str(day)
        written = format_date(one, "long", locale="en_GB" if self.lang == "en" else locale_of(self.lang))
        return day_inflected(str(written), self.lang)

    def language(self, tag: str) -> str:
        """What a language is called in this one; its own name if CLDR has none for it."""
        if tag_of(tag) == "und":
            return self.say(N_("an unknown language"))
        known = Locale.parse(locale_of(self.lang)).languages
        names = (known.get(locale_of(one)) for one in (tag, tag.partition("-")[0]))
        return next((str(name) for name in names if name), autonym(tag))

    def person(self, id: str) -> str:
        """A person of the roster by name and role; without a name by the role and a number within the file."""
        role = self.say(ROLES.get(self._people.roles.get(id, ""), UNKNOWN))
        if name := self._people.names.get(id):
            return self.say(N_("%(name)s, %(role)s"), name=name, role=role)
        same = self._unnamed.setdefault(role, [])
        if id not in same:
            same.append(id)
        return self.say(N_("%(role)s no. %(number)s"), role=role, number=same.index(id) + 1)

    def wording(self, form: Form | None) -> Wording:
        """The words of `form` in this language; in English or as the form was written if it has none in this one."""
        return Wording(form, _label_language(form, self.lang))

    def quoting(self, form: Form | None) -> list[Data]:
        """A note where `form` is quoted in another language than that of the file; else nothing."""
        lang = _label_language(form, self.lang)
        if lang == self.lang:
            return []
        said = self.say(
            N_(
                "Questions and answers are quoted in %(language)s: the questionnaire is not in the language of this "
                "file."
            ),
            language=self.language(lang),
        )
        return [{"kind": "note", "words": self.own(said)}]

    def quoted(self, text: str, lang: str) -> Data:
        """Text of the questionnaire, which may be in another language than the file."""
        return {"words": [text], "lang": tag_of(lang), "dir": dir_of(lang)}

    def organisation(self) -> str:
        return next((name for one in self._organisations if (name := text_in(one.get("name"), self.lang))), "")

    def recipient(self, key: Key) -> str:
        """The recipient: by name from the newest roster that has one, else by code."""
        for one in self._organisations:
            named = {offer.key: offer.name for offer in offers(one)}.get(key)
            own = {"organisation": "name", "lawyers": "lawyers"}.get(key.recipient, "")
            if name := text_in(named or one.get(own), self.lang):
                return name
        return self.say(RECIPIENTS[key.recipient]) if key.recipient in RECIPIENTS else key.recipient

    def purpose(self, key: Key) -> str:
        code = str(key.purpose)
        return f"{self.say(PURPOSES.get(code, code))} ({code})"

    def own(self, text: str) -> Data:
        """Text of our own."""
        return {"words": [text], "lang": tag_of(self.lang), "dir": self.dir}


def _label_language(form: Form | None, lang: str) -> str:
    if form is None or "translations" not in form.value:
        return lang if lang in LABELLED else SOURCE
    base = str(form.value.get("language", SOURCE))
    return lang if lang == base or lang.lower() in form.value["translations"] else base


def tag_of(lang: str) -> str:
    """A language tag that the typesetter accepts: two or three letters, whatever a stranger wrote."""
    primary = lang.partition("-")[0].lower()
    return primary if TAG.fullmatch(primary) else "und"


def facts(rows: Iterable[Row], speech: Speech) -> Data:
    """Rows of labels and values: our own text, or another's with its own language."""
    return {
        "kind": "facts",
        "rows": [
            {
                "label": speech.own(label) if isinstance(label, str) else label,
                "values": [speech.own(one) if isinstance(one, str) else one for one in values],
            }
            for label, values in rows
        ],
    }


def theirs(words: Segments, lang: str = "und", way: str = "") -> Data:
    """A stranger's text in segments. Direction: that of the language, or of the first letter that has one."""
    return {"words": list(words), "lang": tag_of(lang), "dir": way or way_of(words, dir_of(lang))}


def way_of(words: Segments, otherwise: str) -> str:
    """`ltr` or `rtl`, by the first letter that has a direction."""
    for sign in "".join(one or "" for one in words):
        if (kind := unicodedata.bidirectional(sign)) in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return otherwise
