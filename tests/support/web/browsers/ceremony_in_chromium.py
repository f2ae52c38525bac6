"""The words of a share as a page may write them."""

from __future__ import annotations


def spelled(papers: list[list[str]]) -> list[str]:
    """Any three words of a share that follow each other, as a page, a list or a request writes them."""
    runs = [words[place : place + 3] for words in papers for place in range(4, 31)]
    return [sign.join(run) for run in runs for sign in (" ", '","', '", "', "\n")]
