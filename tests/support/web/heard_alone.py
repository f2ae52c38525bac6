"""What a screen reader says of a button that is heard without the page around it."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

HEARD = ("button", "summary")
EMPTY = ("input", "img", "br", "link", "meta", "hr", "source", "path", "circle", "rect", "line", "use", "col")


class Heard(HTMLParser):
    """`acts`: the words of each button and summary, with the id of what describes it. `texts`: id -> its words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.acts: list[tuple[str, str]] = []
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, dict[str, str | None], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in EMPTY:
            self._open.append((tag, dict(attrs), []))

    def handle_data(self, data: str) -> None:
        for _, _, words in self._open:
            words.append(data)

    def handle_endtag(self, tag: str) -> None:
        while tag not in EMPTY and self._open:
            name, attributes, words = self._open.pop()
            said = " ".join("".join(words).split())
            if attributes.get("id"):
                self.texts[str(attributes["id"])] = said
            if name in HEARD:
                self.acts.append((said, attributes.get("aria-describedby") or ""))
            if name == tag:
                break


def heard_twice(html: str) -> list[str]:
    """The buttons and summaries of a page that sound like another one of it, although they do something else."""
    reader = Heard()
    reader.feed(re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.S))
    heard = Counter((words, reader.texts.get(by, "")) for words, by in reader.acts if words)
    return sorted(" · ".join(filter(None, one)) for one, times in heard.items() if times > 1)
