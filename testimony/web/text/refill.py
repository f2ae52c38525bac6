"""Puts what was sent back into a form of a page, and marks the field that is wrong with a sentence beside it.

The page is changed by edits at places, never written again, so all that is not of this form stays as it was rendered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urlsplit

Attributes = list[tuple[str, str | None]]
Sent = Mapping[str, Sequence[str]]
KEPT_EMPTY: Final = frozenset(("password", "file", "hidden", "submit", "button", "image", "reset"))
"""Types of inputs whose value never comes back: secrets, files, and what the page itself wrote."""
PICKED: Final = frozenset(("radio", "checkbox"))
SECRETS: Final = frozenset(("token", "code"))
"""Names of fields for secrets that are typed in sight: what opens something once is typed again."""
MARK: Final = "wrong-field"


@dataclass
class Control:
    """An input, a choice or a text of a form. `start`, `end`: of its tag; `label`: where the label around it begins."""

    tag: str
    kind: str
    name: str
    attributes: Attributes
    start: int
    end: int
    label: int
    folds: tuple[int, ...]
    options: list[Control] = field(default_factory=list)
    close: int = -1

    @property
    def value(self) -> str:
        given = dict(self.attributes)
        return given.get("value") or ("on" if self.kind in PICKED and "value" not in given else "")

    @property
    def required(self) -> bool:
        return "required" in dict(self.attributes)


@dataclass
class Form:
    """A form that is sent by POST, with its controls."""

    action: str
    id: str
    controls: list[Control] = field(default_factory=list)

    @property
    def fillable(self) -> list[Control]:
        """What a person fills in or chooses."""
        return [one for one in self.controls if one.name and one.kind not in KEPT_EMPTY - {"file", "password"}]


def forms(page: str) -> list[Form]:
    """Every form of a page that is sent by POST."""
    reader = _Reader(page)
    reader.feed(page)
    reader.close()
    for control, id in reader.elsewhere:
        for form in reader.forms:
            if form.id == id:
                form.controls.append(control)
    return reader.forms


def refilled(page: str, path: str, sent: Sent, sentence: str, named: str = "", *, loud: bool = True) -> str | None:
    """`page` with the form for `path` as it was sent, and `sentence` beside what is wrong; None if it has no such form.

    `loud`: a screen reader says the sentence at once; not where the page says it already. `named`: the field, if the
    error knows it. Otherwise it is a field that must be filled and is not, a choice that the
    form does not offer, or the first field that was filled.
    """
    found = [form for form in forms(page) if urlsplit(form.action).path == path]
    if not found:
        return None
    form = max(found, key=lambda one: _likeness(one, sent))
    edits = [edit for control in form.fillable for edit in _filled(control, sent)]
    marked = _wrong(form, sent, named)
    if marked is None:
        return None
    role = ' role="alert"' if loud else ""
    told = f'<span class="wrong" id="{MARK}"{role}>{escape(sentence)}</span>'
    edits = [edit for edit in edits if edit[0] != marked.start]
    edits.append((marked.start, marked.end, _tag(marked, _filled_attributes(marked, sent) + _marks(marked))))
    place = marked.label if marked.kind in PICKED and marked.label >= 0 else marked.start
    edits.append((place, place, told))
    edits += [(fold, fold + len("<details"), "<details open") for fold in marked.folds]
    for start, end, text in sorted(edits, key=lambda edit: (edit[0], edit[1]), reverse=True):
        page = page[:start] + text + page[end:]
    return page


def _likeness(form: Form, sent: Sent) -> int:
    """Of several forms for one address that one was sent whose hidden values came."""
    hidden = [one for one in form.controls if one.kind == "hidden"]
    return sum(1 if one.value in sent.get(one.name, ()) else -1 for one in hidden)


def _wrong(form: Form, sent: Sent, named: str) -> Control | None:
    shown = form.fillable
    for one in shown:
        if named and named in (one.name, dict(one.attributes).get("id")):
            return one
    for one in shown:
        values = [value for value in sent.get(one.name, ()) if value.strip()]
        if (one.required and not values) or (one.kind == "radio" and not values):
            return one
    for one in shown:
        if not _is_offered(one, shown, sent):
            return one
    return next((one for one in shown if any(map(str.strip, sent.get(one.name, ())))), next(iter(shown), None))


def _is_offered(one: Control, shown: Sequence[Control], sent: Sent) -> bool:
    """Whether the form offers what was chosen. Any text may be written."""
    if one.tag == "select":
        return set(sent.get(one.name, ())) <= {option.value for option in one.options}
    if one.kind in PICKED:
        return set(sent.get(one.name, ())) <= {other.value for other in shown if other.name == one.name}
    return True


def _filled(control: Control, sent: Sent) -> list[tuple[int, int, str]]:
    if control.tag == "select":
        return [
            (option.start, option.end, _tag(option, _chosen(option, "selected", sent.get(control.name, ()))))
            for option in control.options
        ]
    if control.tag == "textarea":
        return [(control.end, control.close, escape("\n".join(sent.get(control.name, ())), quote=False))]
    if control.kind in KEPT_EMPTY:
        return []
    return [(control.start, control.end, _tag(control, _filled_attributes(control, sent)))]


def _filled_attributes(control: Control, sent: Sent) -> Attributes:
    if control.kind in PICKED:
        return _chosen(control, "checked", sent.get(control.name, ()))
    empty = control.kind in KEPT_EMPTY or control.name in SECRETS or control.name not in sent
    if control.tag != "input" or empty:
        return control.attributes
    return [*_without(control.attributes, "value"), ("value", sent[control.name][0])]


def _chosen(control: Control, mark: str, values: Sequence[str]) -> Attributes:
    others = _without(control.attributes, mark)
    return [*others, (mark, None)] if control.value in values else others


def _marks(control: Control) -> Attributes:
    before = dict(control.attributes).get("aria-describedby")
    described = f"{before} {MARK}" if before else MARK
    return [("aria-invalid", "true"), ("aria-describedby", described), ("autofocus", None)]


def _without(attributes: Attributes, *names: str) -> Attributes:
    return [(name, value) for name, value in attributes if name not in names]


def _tag(control: Control, attributes: Attributes) -> str:
    last = dict(attributes)  # of two of one name the later one holds
    said = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in last.items())
    return f"<{control.tag}{said}>"


class _Reader(HTMLParser):
    """Collects the forms and their controls with their places in the text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.elsewhere: list[tuple[Control, str]] = []
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._form: Form | None = None
        self._label = -1
        self._folds: list[int] = []
        self._closed: list[bool] = []
        self._control: Control | None = None

    def handle_starttag(self, tag: str, attributes: Attributes) -> None:
        start, given = self._at(), dict(attributes)
        if tag == "form":
            posts = (given.get("method") or "").lower() == "post"
            self._form = Form(given.get("action") or "", given.get("id") or "") if posts else None
            self.forms += [self._form] if self._form else []
        elif tag == "label":
            self._label = start
        elif tag == "details":
            self._folds.append(start)
            self._closed.append("open" not in given)
        elif tag in ("input", "select", "textarea"):
            self._take(tag, attributes, start)
        elif tag == "option" and self._control is not None:
            self._control.options.append(self._new(tag, attributes, start))

    def handle_startendtag(self, tag: str, attributes: Attributes) -> None:
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "label":
            self._label = -1
        elif tag == "details" and self._folds:
            self._folds.pop()
            self._closed.pop()
        elif tag in ("select", "textarea") and self._control is not None:
            self._control.close = self._at()
            self._control = None

    def _take(self, tag: str, attributes: Attributes, start: int) -> None:
        control, owner = self._new(tag, attributes, start), dict(attributes).get("form")
        if tag != "input":
            self._control = control
        if owner:
            self.elsewhere.append((control, owner))
        elif self._form is not None:
            self._form.controls.append(control)

    def _new(self, tag: str, attributes: Attributes, start: int) -> Control:
        given = dict(attributes)
        return Control(
            tag=tag,
            kind=(given.get("type") or "text").lower() if tag == "input" else tag,
            name=given.get("name") or "",
            attributes=attributes,
            start=start,
            end=start + len(self.get_starttag_text() or ""),
            label=self._label,
            folds=tuple(at for at, closed in zip(self._folds, self._closed, strict=True) if closed),
        )

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column
