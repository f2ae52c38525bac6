"""`testimony wording`: mend a sentence that witnesses hear, sign it at a desk, and see which ones are wrong."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from testimony.cli import prompts
from testimony.cli.output import counted, line
from testimony.cli.output_file import write_new


def add_to(commands: Any) -> None:
    from testimony.domain.testimony.languages import SCRIPTS
    from testimony.questionnaire.sentence_states import State

    wording = commands.add_parser("wording", help="mend a sentence that witnesses hear")
    acts = wording.add_subparsers(required=True, metavar="ACT")

    mend = acts.add_parser(
        "mend",
        help="say other words in the place of one sentence",
        description="Say TEXT in the place of the sentence SENTENCE in the language LANG. It waits at this desk until "
        "it is signed and named by the roots. Words in braces must all stand in TEXT. The program's own words take an "
        "earlier mending away.",
    )
    mend.add_argument("lang", metavar="LANG", choices=SCRIPTS, help="a language of consent scripts, such as ps")
    mend.add_argument("sentence", metavar="SENTENCE", help="told.who, ask.P05, question.i_held, option.i_held.none, …")
    mend.add_argument("text", metavar="TEXT", help="the new sentence, on one line")
    mend.add_argument("--home", required=True, type=Path, help="the folder of a lawyer's or coordinator's desk")
    states = [state.code for state in State]
    mend.add_argument("--state", required=True, choices=states, help="how far the new sentence was checked")
    mend.set_defaults(run=run_mend)

    sign = acts.add_parser(
        "sign",
        help="sign what was mended and recorded, for the roots",
        description="Sign the mended sentences and recordings of LANG at this desk as they are now, checked by nobody, "
        "into FILE, for “testimony roster renew --wording”. Asks for the passphrase, or reads it from standard input. "
        "Who checked all the words is said on the desk's page.",
    )
    sign.add_argument("lang", metavar="LANG", choices=SCRIPTS, help="a language of consent scripts")
    sign.add_argument("--home", required=True, type=Path, help="the folder of the desk")
    sign.add_argument("--out", required=True, type=Path, metavar="FILE", help="the new file")
    sign.set_defaults(run=run_sign)

    wrong = acts.add_parser(
        "wrong",
        help="say which sentences interviewers marked as wrong",
        description="Say at central which sentences interviewers marked as wrong, by language, and how often.",
    )
    wrong.add_argument("--home", required=True, type=Path, help="the folder of central, or of a field node")
    wrong.set_defaults(run=run_wrong)


def run_mend(arguments: argparse.Namespace) -> int:
    from testimony.services.startup import open_station
    from testimony.services.wordings.studio import Preparation

    with open_station(arguments.home) as station:
        prepared = Preparation(station, arguments.lang)
        prepared.mend(arguments.sentence, arguments.text, arguments.state)
        for key, one in sorted(prepared.errata.items()):
            line("mended", f"{key} ({one.state}): {one.words}")
        line("", f"{counted(len(prepared.errata), 'sentence')} of {arguments.lang}, not signed yet")
    return 0


def run_sign(arguments: argparse.Namespace) -> int:
    from testimony.services.opening import reader as opening_reader
    from testimony.services.startup import open_station
    from testimony.services.wordings.studio import Preparation
    from testimony.sync.bundle import wordings as bundle_wordings

    with open_station(arguments.home) as station:
        reader = opening_reader.unlock(station, prompts.passphrase("Passphrase"))
        prepared = Preparation(station, arguments.lang)
        day = datetime.now(UTC).date().isoformat()
        prepared.sign(reader, checked=None, agrees=False, digest=prepared.digest, day=day)
        record, clips = prepared.file()
        write_new(arguments.out, bundle_wordings.write_file([record], clips))
        number = counted(len(prepared.errata), "mended sentence")
        line("written", f"{arguments.out}: {number}, {counted(len(clips), 'recording')}; it holds nothing secret")
    return 0


def run_wrong(arguments: argparse.Namespace) -> int:
    from testimony.services.startup import open_station
    from testimony.services.wordings import wrong_sentences

    with open_station(arguments.home) as station, station.database.reading() as session:
        found = wrong_sentences.counts(station, session)
    for one in found:
        line(
            one.lang,
            f"{counted(one.marks, 'mark')}  {one.sentence}  {one.words or '(these words are not said any more)'}",
        )
    if not found:
        line("wrong", "no sentence was marked as wrong")
    return 0
