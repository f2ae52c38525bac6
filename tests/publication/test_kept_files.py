"""What is published says the same until somebody changes it on purpose."""

from __future__ import annotations

import json

from tests.support.publication import kept_files


def test_each_file_for_publication_is_as_it_was_noted() -> None:
    """A change that is meant: `python -m tests.support.publication.kept_files`, and look at what changed."""
    noted = json.loads(kept_files.KEPT.read_text("utf-8"))
    assert {name: noted.get(name) for name, found in kept_files.hashes().items() if noted.get(name) != found} == {}
    assert set(noted) == set(kept_files.hashes())
