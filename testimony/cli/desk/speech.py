"""`testimony speech …`: prepare a model for an engine, install it at a desk, and list what is there."""

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
        help="models that write recordings down or translate",
        description="A desk writes recordings down and drafts translations with engines and models that you bring as "
        "files. Nothing is fetched.",
    )
    steps = speech.add_subparsers(title="steps", metavar="STEP", required=True)
    describe = steps.add_parser(
        "describe",
        help="write model.json with the hash of each file of a model",
        description="Write model.json into FOLDER with all hashes. FOLDER has acoustic/, "
        "language.lm.bin and dictionary.dict for PocketSphinx, or with --to model/ and source.spm for CTranslate2.",
    )
    describe.add_argument("folder", metavar="FOLDER", type=Path, help="the folder with the model")
    describe.add_argument("--name", required=True, help="what readers see as its name")
    describe.add_argument("--lang", required=True, action="append", metavar="TAG", help="a language that it knows")
    describe.add_argument(
        "--to", action="append", metavar="TAG", help="a language it translates into; fa=pes_Arab names its word"
    )
    describe.set_defaults(run=run_describe)
    install = steps.add_parser(
        "install",
        help="install a model at a desk",
        description="Check FOLDER against model.json and copy it into the desk in HOME.",
    )
    install.add_argument("folder", metavar="FOLDER", type=Path, help="the folder with model.json")
    install.add_argument("--home", required=True, type=Path, help="the desk's folder")
    install.set_defaults(run=run_install)
    listed = steps.add_parser("list", help="the models of a desk", description="List the models of the desk in HOME.")
    listed.add_argument("--home", required=True, type=Path, help="the desk's folder")
    listed.set_defaults(run=run_list)


def run_describe(arguments: argparse.Namespace) -> int:
    from testimony.services.speech import models

    folder, name = arguments.folder, arguments.name
    if arguments.to:
        made = models.describe_translation(folder, name=name, langs=_named(arguments.lang), to=_named(arguments.to))
    else:
        made = models.describe(folder, name=name, lang=" ".join(arguments.lang))
    _say(made)
    line("written", str(arguments.folder / models.MANIFEST))
    return 0


def run_install(arguments: argparse.Namespace) -> int:
    from testimony.services.speech import models, recogniser, translator

    made = models.install(_desk(arguments.home), arguments.folder)
    _say(made)
    line("installed", "yes")
    engine = recogniser if made.kind is models.HEARS else translator
    if not engine.is_installed():
        print("\nNext: install the engine, from requirements-speech.lock.")
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    from testimony.services.speech import models, recogniser, translator

    line("speech", recogniser.engine() if recogniser.is_installed() else "not installed")
    line("translation", translator.engine() if translator.is_installed() else "not installed")
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


def _named(said: list[str]) -> dict[str, str]:
    """ "fa=pes_Arab" -> what the model calls the language; without it the model needs no word for it."""
    return {tag: token for tag, _, token in (one.partition("=") for one in said)}


def _say(model: Model) -> None:
    line("model", harmless(model.name))
    line("language", model.languages)
    line("files", str(len(model.files)))
    line("SHA-256", model.hash)
