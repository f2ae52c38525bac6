"""`testimony speech …`: prepare a model for the speech engine, install it at a desk, and list what is there."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.output import harmless, line

if TYPE_CHECKING:
    from testimony.services.speech.models import Model


def add_to(commands: Any) -> None:
    speech = commands.add_parser(
        "speech",
        help="models with which a desk writes recordings down",
        description="A desk writes recordings down with an engine and models that you bring as files. Nothing is "
        "fetched.",
    )
    steps = speech.add_subparsers(title="steps", metavar="STEP", required=True)
    describe = steps.add_parser(
        "describe",
        help="write model.json with the hash of each file of a model",
        description="Write model.json into FOLDER, with the hash of each file. FOLDER holds a model of PocketSphinx: "
        "the folder acoustic and the files language.lm.bin and dictionary.dict.",
    )
    describe.add_argument("folder", metavar="FOLDER", type=Path, help="the folder with the model")
    describe.add_argument("--name", required=True, help="what readers see as its name")
    describe.add_argument("--lang", required=True, metavar="TAG", help="the language that it hears, such as en")
    describe.set_defaults(run=run_describe)
    install = steps.add_parser(
        "install",
        help="install a model at a desk",
        description="Check every file in FOLDER against model.json and copy the model into the desk in HOME.",
    )
    install.add_argument("folder", metavar="FOLDER", type=Path, help="the folder with the model and model.json")
    install.add_argument("--home", required=True, type=Path, help="the desk's folder")
    install.set_defaults(run=run_install)
    listed = steps.add_parser("list", help="the models of a desk", description="List the models of the desk in HOME.")
    listed.add_argument("--home", required=True, type=Path, help="the desk's folder")
    listed.set_defaults(run=run_list)


def run_describe(arguments: argparse.Namespace) -> int:
    from testimony.services.speech import models

    _say(models.describe(arguments.folder, name=arguments.name, lang=arguments.lang))
    line("written", str(arguments.folder / models.MANIFEST))
    return 0


def run_install(arguments: argparse.Namespace) -> int:
    from testimony.services.speech import models, recogniser

    made = models.install(_desk(arguments.home), arguments.folder)
    _say(made)
    line("installed", "yes")
    if not recogniser.is_installed():
        print("\nNext: install the engine, from requirements-speech.lock.")
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    from testimony.services.speech import models, recogniser

    line("engine", recogniser.engine() if recogniser.is_installed() else "not installed")
    for one in models.installed(_desk(arguments.home)):
        print()
        _say(one)
        line("whole", "yes" if one.is_whole() else "no: install it again")
    return 0


def _desk(home: Path) -> Path:
    """`home`, if it is a desk's. Raises `HomeMissing`, `SettingsDamaged`, `ModelRefused("desk")`."""

    from testimony.services.speech.errors import ModelRefused
    from testimony.settings import Settings

    if Settings.load(home, os.environ).role != "desk":
        raise ModelRefused("desk")
    return home


def _say(model: Model) -> None:
    line("model", harmless(model.name))
    line("language", model.lang)
    line("files", str(len(model.files)))
    line("SHA-256", model.hash)
