"""Names in the next roster who confirms from then on that it is the newest: `--fresh`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from testimony.sealing.roster.trusted_files import Confirmer


def add_option(act: Any) -> None:
    """`--fresh`, of the commands that sign the next roster."""
    act.add_argument(
        "--fresh",
        nargs="*",
        metavar="ID=KEY",
        help="who confirms it from now on, in place of those before, as `roster confirm` shows it",
    )


def named_in(draft: Mapping[str, Any], said: Sequence[str] | None) -> dict[str, Any]:
    """`draft` of a roster with these confirmers; without a change where `said` is None.

    Raises `RosterRefused("confirmer")` unless each is `ID=KEY` of an active person: other keys would never count.
    """
    from testimony.sealing.roster.errors import RosterRefused
    from testimony.sealing.roster.roster import ACTIVE
    from testimony.sealing.roster.trusted_files import KEY

    if said is None:
        return dict(draft)
    named = [_confirmer(text) for text in said]
    active = {one.get("id") for one in draft["people"] if one.get("status") == ACTIVE}
    if any(one.id not in active for one in named):
        raise RosterRefused("confirmer")
    return {**draft, KEY: {"files": [], **draft.get(KEY, {}), "fresh": [one.describe() for one in named]}}


def _confirmer(text: str) -> Confirmer:
    from testimony.sealing.errors import StructureWrong
    from testimony.sealing.records.signatures import ED25519, PublicKey
    from testimony.sealing.roster.errors import RosterRefused
    from testimony.sealing.roster.trusted_files import Confirmer

    id, _, pub = text.partition("=")
    try:
        return Confirmer(id, PublicKey.parse({"alg": ED25519, "pub": pub}))
    except StructureWrong as error:
        raise RosterRefused("confirmer") from error
