"""The offline app shell of the interview: the rendered pages, the list of files, and one version for all of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from flask import render_template, url_for
from flask_babel import force_locale, gettext

from testimony.domain.testimony.languages import INTERVIEWERS, SCRIPTS, dir_of
from testimony.domain.withdrawal.suspension import GRACE_PERIOD
from testimony.questionnaire.form import Form
from testimony.sealing.roster.pages import PageFile
from testimony.services.demo import secrets
from testimony.services.typesetting import quick_card
from testimony.services.wordings import questionnaires, sentences, wordings
from testimony.web import assets, context
from testimony.web.field.fingerprint import word_list
from testimony.web.field.interview import card_page, practice, witness_text
from testimony.web.field.interview.text import (
    stop_names,
    words,
)
from testimony.web.text import question_labels

STYLES = (
    *("css/tokens.css", "css/interview.css", "css/cards.css", "css/capture.css", "css/sounds.css"),
    *("css/practice.css", "css/quick_card.css"),
)
PARTS = (*STYLES, "icons/", "js/interview/", "js/sealing/", "vendor/")
"""The static files that an interview needs, by how their names begin."""
READING = ("index", "log/checkpoint", "log/merkle", "parts/manifest", "testimony/open")
"""The sealing modules that read and verify, which no phone does."""
NOT_KEPT = frozenset((*(f"js/sealing/{name}.js" for name in READING), "js/interview/pages/home/trial.js"))
KEPT_TYPES = (".css", ".js", ".mjs", ".png", ".svg", ".wasm")
ICONS = (("notes-192.png", 192, "any"), ("notes-512.png", 512, "any"), ("notes-maskable-512.png", 512, "maskable"))
QUALITY = 9  # of Brotli; the best, 11, takes ten times as long for a tenth less
OF_SHORT = 10  # a twelfth less; only half as long again for a text that is shorter than the cards


class Shell:
    """Renders each page once for a roster, a form and the wordings that are here, since a Pi has better things to do.

    Pages are held packed, as phones take them: every language unpacked would be megabytes.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._packed: dict[tuple[str, str], tuple[tuple[str, ...], bytes]] = {}

    def page(self, lang: str) -> bytes:
        """What is outside an interview, in `lang`, for the roster in force: packed, as all of these."""
        return self._once("page", lang, in_its_language(render_page))

    def cards(self, lang: str) -> bytes:
        """The cards of an interview in `lang`."""
        return self._once("cards", lang, in_its_language(render_cards))

    def practice(self, lang: str) -> bytes:
        """The guide, and what turns the cards into a practice, in `lang`."""
        return self._once("practice", lang, in_its_language(render_practice))

    def quick_card(self, lang: str) -> bytes:
        """The printable card for an interviewer's pocket, in `lang`."""
        return self._once("quick_card", lang, in_its_language(render_quick_card))

    def lists(self, lang: str) -> bytes:
        """The countries and border segments in `lang`."""
        return self._once("lists", lang, in_its_language(render_lists))

    def spoken_script(self, lang: str) -> bytes:
        """What a witness who speaks `lang` hears."""
        return self._once("said", lang, render_said)

    def blank(self, lang: str) -> bytes:
        """The harmless page of the quick exit, in `lang`."""
        return self._once("blank", lang, in_its_language(render_blank))

    def manifest(self, lang: str) -> bytes:
        """What the home screen shows, in `lang`."""
        return self._once("manifest", lang, in_its_language(render_manifest))

    def form(self, sha256: str) -> bytes | None:
        """A form's definition as the page's scripts read it; None for one that is not here."""
        found = questionnaires.find(context.station().settings.home, sha256)
        if found is None:
            return None
        return pack(card_page.asked(found))

    def worker(self) -> bytes:
        """The service worker. Its bytes are the same for every page: it takes no newer page by itself."""
        return self._once("worker", "", render_worker)

    def files(self) -> list[PageFile]:
        """Everything that a phone loads of the page, as it is served now: what a statement of pages names."""
        served = [PageFile.of(path, data) for path, data in self._texts().items()]
        return sorted(served + list(static_files()))

    def _texts(self) -> dict[str, bytes]:
        """What is rendered here, by its address."""
        each = {"page": self.page, "cards": self.cards, "lists": self.lists, "blank": self.blank}
        each |= {"manifest": self.manifest, "practice": self.practice, "quick_card": self.quick_card}
        texts = {
            url_for(f"interview.{name}", lang=lang): show(lang) for name, show in each.items() for lang in INTERVIEWERS
        }
        texts |= {url_for("interview.script_by_language", tag=tag): self.spoken_script(tag) for tag in SCRIPTS}
        in_force = questionnaires.in_force(context.station()).sha256
        texts[url_for("interview.form", name=in_force)] = self.form(in_force) or b""
        texts[url_for("interview.service_worker")] = self.worker()
        return {path: unpack(packed) for path, packed in texts.items()} | {url_for("fingerprint.words"): word_list()}

    def clip(self, sha256: str) -> tuple[bytes, str] | None:
        """A recording and its type; None for one that is not here, or that no wording in force names."""
        return wordings.clip(context.station(), sha256)

    def _once(self, what: str, lang: str, render: Callable[[str], bytes]) -> bytes:
        station = context.station()
        # of wordings the cards say who checked them, the packs which recordings there are, and the others nothing
        words = wordings.stored_digest(station, clips=what == "said") if what in ("cards", "said") else ""
        in_force = (station.chain.latest.sha256, questionnaires.in_force(station).sha256, words)
        with self._lock:
            held = self._packed.get((what, lang))
            if held is None or held[0] != in_force:
                quality = QUALITY if what == "cards" else OF_SHORT
                held = self._packed[what, lang] = (in_force, pack(render(lang), quality))
            return held[1]


def in_its_language(render: Callable[[str], bytes]) -> Callable[[str], bytes]:
    """`render`, with the catalogue's sentences in the page's language, not that of the first visitor."""

    def rendered(lang: str) -> bytes:
        with force_locale(lang):
            return render(lang)

    return rendered


def icon_address(name: str) -> str:
    """The address of an icon for the home screen (drawn by .ci/icons)."""
    return url_for("static", filename=f"icons/{name}")


def pack(body: bytes, quality: int = QUALITY) -> bytes:
    """`body` packed by Brotli, the same every time: a sixth lighter than gzip, and as quick at the quality of cards."""
    from brotli import compress  # only a field node pays for it

    packed: bytes = compress(body, quality=quality, lgwin=assets.WINDOW)
    return packed


def unpack(packed: bytes) -> bytes:
    """What `pack` was given."""
    from brotli import decompress

    body: bytes = decompress(packed)
    return body


def kept_files() -> list[str]:
    """Names of the static files that an interview needs without the node."""
    names = sorted(assets.Assets.scan().names)
    return [name for name in names if name.startswith(PARTS) and name.endswith(KEPT_TYPES) and name not in NOT_KEPT]


def fonts() -> list[str]:
    """Names of the fonts, which a phone keeps only if it has no such letters itself."""
    return sorted(name for name in assets.Assets.scan().names if name.endswith(".woff2"))


@cache
def static_files() -> tuple[PageFile, ...]:
    """The static files of an interview and the fonts, hashed once while the program runs."""
    found = assets.Assets.scan()
    names = [*kept_files(), *fonts()]
    return tuple(PageFile.of(url_for("static", filename=name), assets.body(found, name)) for name in names)


def render_worker(_: str) -> bytes:
    """The service worker, which knows where the list of files is and which page the entrance opens first."""
    first = url_for("interview.page", lang=next(iter(INTERVIEWERS)))
    return render_template("interview/sw.js", offer=url_for("interview.files"), first=first).encode()


def render_manifest(lang: str) -> bytes:
    """Neutral on purpose: nobody who looks at the home screen should learn what the page is for."""
    said: dict[str, Any] = {
        "id": url_for("interview.entrance"),
        "name": gettext("Notes"),
        "short_name": gettext("Notes"),
        "start_url": url_for("interview.entrance"),
        "scope": url_for("interview.entrance"),
        "display": "standalone",
        "lang": lang,
        "background_color": "#f4f6f3",
        "theme_color": "#f4f6f3",
        "icons": [
            {"src": icon_address(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for name, size, purpose in ICONS
        ],
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def render_page(lang: str) -> bytes:
    """What is outside an interview, in `lang`. A demonstration fills in the passphrase of its invented interviewer."""
    settings, rosters = context.station().settings, context.station().chain.rosters
    invented, passphrase = secrets.of_interviewer(settings.home) if settings.demonstration else ("", "")
    page = render_template(
        "interview/page.html",
        lang=lang,
        dir=dir_of(lang),
        dir_of=dir_of,
        data=page_data(lang),
        stops=stop_names().values(),
        grace_days=GRACE_PERIOD.days,
        answers=question_labels.answers(),
        uses=sentences.uses_asked((roster.organisation for roster in rosters), lang),
        invented=invented,
        passphrase=passphrase,
    )
    return card_page.BETWEEN_TAGS.sub(" <", page).encode()


def render_cards(lang: str) -> bytes:
    """The cards of an interview in `lang`."""
    form = questionnaires.in_force(context.station())
    return card_page.render(lang, form, card_urls(form))


def render_practice(lang: str) -> bytes:
    """The guide, the marks of a practice, and what its witness says, in `lang`."""
    told = practice.values(lang)
    page = render_template("interview/practice.html", **told, dir=dir_of(lang))
    return card_page.BETWEEN_TAGS.sub(" <", page).encode()


def render_quick_card(lang: str) -> bytes:
    """The printable card in `lang`."""
    return render_template(
        "interview/quick_card.html", lang=lang, dir=dir_of(lang), card=quick_card.card(gettext)
    ).encode()


def render_lists(lang: str) -> bytes:
    """The lists of the search dialog in `lang`."""
    return card_page.render_lists(lang, questionnaires.in_force(context.station()))


def render_said(lang: str) -> bytes:
    """The pack of what is said in `lang`; a language of witnesses, in which there may be no page and no catalogue."""
    roster = context.station().chain.latest
    in_force = wordings.in_force(context.station(), lang)
    told = witness_text.pack(roster.organisation, roster.sha256, lang, in_force)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def render_blank(lang: str) -> bytes:
    """What the quick exit leaves on the screen, in `lang`."""
    return render_template("interview/blank.html", lang=lang, dir=dir_of(lang)).encode()


def card_urls(form: Form) -> dict[str, Any]:
    """The addresses that the cards need."""
    return {
        "page": lambda lang: url_for("interview.page", lang=lang),
        "form": url_for("interview.form", name=form.sha256),
        "said": url_for("interview.script_by_language", tag=""),
        "clips": url_for("interview.clip", sha256=""),
    }


def page_data(lang: str) -> dict[str, Any]:
    """What the page's scripts read before an interview: addresses and sentences."""
    return {
        "lang": lang,
        "roster": context.station().chain.latest.sha256,
        "words": words(),
        "urls": {
            "worker": url_for("interview.service_worker"),
            "scope": url_for("interview.entrance"),
            "vault": url_for("static", filename="js/interview/vault/worker.js"),
            "cards": url_for("interview.cards", lang=lang),
            "lists": url_for("interview.lists", lang=lang),
            "practice": url_for("interview.practice", lang=lang),
            "blank": url_for("interview.blank", lang=lang),
            "trust": url_for("interview.trust"),
            "files": url_for("interview.files"),
            "words": url_for("fingerprint.words"),
            "locked": url_for("interview.locked", name=""),
        },
    }
