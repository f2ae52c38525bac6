"""The WSGI entry: `flask --app app run` and `python app.py` serve the field node in TESTIMONY_HOME.

Without that variable it is the one in var/field.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

HOME = Path(os.environ.get("TESTIMONY_HOME") or Path(__file__).parent / "var" / "field")
NO_STATION = """There is no field node in {home} yet. Make one, then start again:
  make run                                            a whole demonstration organisation, with a field node
  python -m testimony org create DIR --name … --lawyers …   your own; then set TESTIMONY_HOME=DIR/field"""


def create_app() -> Flask:
    """The application of the field node in `HOME`."""
    from testimony.errors import TestimonyError
    from testimony.web import factory

    require_station()
    # Flask's own server writes each visitor's address into its log; no log of ours holds one
    logging.getLogger("werkzeug").addFilter(lambda entry: " - - [" not in entry.getMessage())
    try:
        return factory.create_app(HOME)
    except TestimonyError as error:
        sys.exit(f"testimony: {error}")


def require_station() -> None:
    """Exit with a sentence that says what to do when there is no station in `HOME`."""
    if not (HOME / "station.json").exists():
        sys.exit(NO_STATION.format(home=HOME))


if __name__ == "__main__":
    from testimony.__main__ import OLDEST

    if sys.version_info >= OLDEST:
        require_station()
    sys.argv[1:1] = ["serve", "field", "--home", str(HOME)]
    from testimony.__main__ import main

    sys.exit(main())
