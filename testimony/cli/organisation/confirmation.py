"""`testimony roster confirm`: sign at a reader's desk that the roster in force is the newest."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from testimony.cli import prompts
from testimony.cli.output import line

UNNAMED = 1


def add_to(acts: Any) -> None:
    confirm = acts.add_parser(
        "confirm",
        help="say at a desk that the roster in force is the newest",
        description="Sign at the desk in HOME that today the roster in force is the newest. Its key is made of "
        "the reader's key, and can do nothing else. The next exchange or stick brings the statement to every station "
        "and phone, and for 14 days they do not warn of an old list of readers. A desk whose reader the roster names "
        "for it signs at each exchange by itself. Asks for the passphrase. Exits with 1 if the roster does not name "
        "this key, and shows what to give to `roster renew --fresh`.",
    )
    confirm.add_argument("--home", required=True, type=Path, help="the desk's folder")
    confirm.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from testimony.sealing.statements.fresh import confirming_key
    from testimony.services.opening import reader as opening_reader
    from testimony.services.roster import freshness
    from testimony.services.startup import open_station
    from testimony.station.errors import StationKeyless

    with open_station(arguments.home) as station:
        reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
        if reader.signer is None:
            raise StationKeyless
        line("key", f"{reader.id}={confirming_key(reader.signer).public_keys[0].pub.hex()}")
        if not freshness.is_confirmer(station.chain, reader.signer):
            print("\nThe roster does not name this key. Next, where the root keys are:")
            print("testimony roster renew --fresh ID=KEY --org DIR --key-file FILE FILE")
            return UNNAMED
        new = freshness.confirm(station, reader.signer)
        again = "" if new else ", as was said today already"
        line("confirmed", f"roster no {station.chain.latest.no} is the newest on {station.today()}{again}")
    print(f"\nNext: testimony sync --home {arguments.home}")
    return 0
