"""A page to look through the pictures: one row a look, in the order in which they were taken."""

from __future__ import annotations

from html import escape
from pathlib import Path

HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Screens</title>
<style>body { font: 14px system-ui; margin: 1rem } section div { display: flex; gap: 1rem; overflow-x: auto }
figure { margin: 0 } img { border: 1px solid #888; max-block-size: 60rem } figcaption { font-weight: 600 }</style>
<h1>Screens</h1>"""


def write(folder: Path) -> Path:
    """The page over every picture under `folder`."""
    looks = sorted(path for path in folder.iterdir() if path.is_dir())
    page = folder / "index.html"
    page.write_text(HEAD + "".join(map(_row, looks)), encoding="utf-8")
    return page


def _row(look: Path) -> str:
    figures = "".join(_figure(look.name, picture) for picture in sorted(look.glob("*.png")))
    return f"<section><h2>{escape(look.name)}</h2><div>{figures}</div></section>\n"


def _figure(look: str, picture: Path) -> str:
    name = escape(picture.stem)
    source = f"{escape(look)}/{escape(picture.name)}"
    return f'<figure><img loading="lazy" src="{source}" alt="{name}"><figcaption>{name}</figcaption></figure>'
