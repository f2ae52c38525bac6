"""What opens an unfinished interview, in the first or the next roster: `--draft-share`."""

from __future__ import annotations

from typing import Any

CHOICES = ("node", "sitting")
PROPOSED = "sitting"


def add_option(act: Any, default: str | None = None) -> None:
    """`--draft-share`; without a `default` the roster says what it said before."""
    said = f" (default: {default})" if default else ""
    act.add_argument(
        "--draft-share",
        choices=CHOICES,
        default=default,
        help="what opens an unfinished interview: the passphrase and the node, or for four hours the passphrase alone"
        f"{said}",
    )
