"""Reads submissions as phones and ODK Briefcase keep them: a folder for each, with its submission.xml and its files."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import archive, encryption, nested
from testimony.services.imports.files.encryption import ENDING, KeyForeign, SubmissionAltered
from testimony.services.imports.files.table import MOST_CELLS, MOST_ROWS, Row, Table, made, require_size

SUBMISSION: Final = "submission.xml"
"""The name of the file with the answers, or with what is said of their encryption."""
LARGEST_ANSWERS: Final = 1 << 20
"""Bytes of the answers of one submission. An element of four bytes takes a hundred bytes of memory."""
_NUMBER: Final = "meta/instanceID"
_SENT: Final = "_submission_time"


def of_submissions(names: Iterable[str]) -> list[str]:
    """The entries of a ZIP that are submissions."""
    return [name for name in names if posixpath.basename(name) == SUBMISSION]


def read(opened: zipfile.ZipFile, names: Sequence[str], key: RSAPrivateKey | None) -> Table:
    """The submissions in a ZIP with entries `names`, as one table. `key`: opens those that are encrypted.

    One that lacks its answers, was changed, is too large or has another key is named in `Table.unopened`. Raises
    `ImportRefused`: keyless, key, altered, forms, damaged, locked, bomb, size, columns, empty.
    """
    found = _Read(opened, frozenset(names), key)
    submissions = of_submissions(names)
    if len(submissions) > MOST_ROWS:
        raise ImportRefused("size")
    values = [value for name in submissions if (value := found.submission(name)) is not None]
    if not values:
        raise ImportRefused("key" if found.foreign else "altered")
    if len(found.forms) > 1:
        raise ImportRefused("forms")
    repeated = {path for value in values for path in _repeated(value)}
    flat = [dict(nested.flat(_listed(value, repeated))) for value in values]
    columns = list(dict.fromkeys(name for one in flat for name in one))
    require_size(len(columns), len(flat))
    rows = [Row(number=at, cells=tuple(one.get(name, "") for name in columns)) for at, one in enumerate(flat, 1)]
    others = frozenset(
        name.removesuffix(ENDING) for name in names if posixpath.basename(name).removesuffix(ENDING) != SUBMISSION
    )
    return replace(made(columns, rows), attached=others, unopened=tuple(found.unopened), unchecked=found.unchecked)


@dataclass
class _Read:
    """`left`: bytes that all files together may still unpack to. `foreign`: how many the key does not open.

    `elements`: of all answers together. `unchecked`: as in `Table`.
    """

    opened: zipfile.ZipFile
    names: frozenset[str]
    key: RSAPrivateKey | None
    left: int = archive.LARGEST_CONTENT
    foreign: int = 0
    elements: int = 0
    unchecked: int = 0

    def __post_init__(self) -> None:
        self.forms, self.unopened = set[str](), list[str]()

    def submission(self, name: str) -> dict[str, Any] | None:
        """The answers in the folder of `name`; None if it cannot be opened."""
        folder = posixpath.dirname(name)
        try:
            return self._answers(name, folder)
        except (KeyForeign, SubmissionAltered) as error:
            self.foreign += isinstance(error, KeyForeign)
            self.unopened.append(posixpath.basename(folder) or name)
            return None

    def _answers(self, name: str, folder: str) -> dict[str, Any]:
        root = _root(self._content(name))
        said = {_SENT: root.get("submissionDate", "")}
        if (sealed := encryption.manifest(root)) is not None:
            if self.key is None:
                raise ImportRefused("keyless")
            said[_NUMBER] = sealed.instance
            answers, checked = encryption.opened(sealed, self.key, lambda one: self._beside(folder, one))
            root = _root(answers)
            self.unchecked += not checked
        self.elements += sum(1 for _element in root.iter())
        if self.elements > MOST_CELLS:
            raise ImportRefused("size")
        value = _value(root)
        if not isinstance(value, dict):
            raise SubmissionAltered
        self.forms.add(root.get("id", ""))
        return {**{one: text for one, text in said.items() if text}, **value}

    def _beside(self, folder: str, name: str) -> bytes | None:
        path = posixpath.join(folder, posixpath.basename(name))
        return self._content(path) if path in self.names else None

    def _content(self, name: str) -> bytes:
        data = archive.content(self.opened, name, self.left)
        self.left -= len(data)
        return data


def _root(data: bytes) -> Element:
    """The document `data`. Raises `SubmissionAltered`, also if it is too large or has a document type: no program
    writes one there.
    """
    if len(data) > LARGEST_ANSWERS or archive.has_document_type(data):
        raise SubmissionAltered
    try:
        return ElementTree.fromstring(data)  # noqa: S314  only a document type can grow
    except (ElementTree.ParseError, ValueError, LookupError) as error:  # an encoding that nobody knows
        raise SubmissionAltered from error


def _value(element: Element, depth: int = 0) -> Any:
    """Its text, or name -> value of what is in it: a list if the name is there several times."""
    if depth > nested.DEEPEST:
        raise SubmissionAltered
    found: dict[str, list[Any]] = {}
    for child in element:
        found.setdefault(child.tag.rpartition("}")[2], []).append(_value(child, depth + 1))
    several = {name: values if len(values) > 1 else values[0] for name, values in found.items()}
    return several or (element.text or "").strip()


def _repeated(value: Mapping[str, Any], above: str = "") -> Iterable[str]:
    """The paths of repeat groups: no submission says that a group repeats, if it is there once."""
    for name, one in value.items():
        path = f"{above}{name}/"
        if isinstance(one, list):
            yield path
        for inside in one if isinstance(one, list) else [one]:
            if isinstance(inside, dict):
                yield from _repeated(inside, path)


def _listed(value: Mapping[str, Any], repeated: set[str], above: str = "") -> dict[str, Any]:
    """`value` with a list for each repeat group, also where it is there once."""
    found: dict[str, Any] = {}
    for name, one in value.items():
        path = f"{above}{name}/"
        several = one if isinstance(one, list) else [one]
        whole = [_listed(each, repeated, path) if isinstance(each, dict) else each for each in several]
        found[name] = whole if path in repeated else whole[0]
    return found
