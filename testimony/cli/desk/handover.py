"""`testimony handover …`: hand a testimony over to another organisation, take one in, and tell of the end."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli.desk.lawyer import add_step, at_desk
from testimony.cli.output import harmless, line
from testimony.cli.output_file import write_new

if TYPE_CHECKING:
    from testimony.services.handover.letters import Letter
    from testimony.services.handover.partners import Partner
    from testimony.services.handover.standings import Standing
    from testimony.services.opening.annexes import AnnexIndex
    from testimony.services.opening.reader import Reader
    from testimony.station.station import Station


def add_to(commands: Any) -> None:
    handover = commands.add_parser(
        "handover",
        help="hand a testimony over to another organisation, or take one in",
        description="Two lawyers agree to hand a testimony over, the other organisation takes it in or refuses, and "
        "withdraws it when you tell them that the consent has ended. Each step asks for the passphrase, or reads it "
        "from standard input.",
    )
    steps = handover.add_subparsers(title="steps", metavar="STEP", required=True)
    introduce = add_step(steps, "introduce", run_introduce, "write your trust bundle for another organisation")
    known = add_step(steps, "know", run_know, "note another organisation, or its newer readers")
    known.add_argument("file", type=Path, metavar="FILE", help="its trust bundle")
    known.add_argument("--words", required=True, help="its six words, as a person there read them out")
    known.add_argument("--name", required=True, help="its name")
    known.add_argument("--recipient", default="", metavar="ID", help="the use P15 under which witnesses know it")
    forget = add_step(steps, "forget", run_forget, "forget an organisation")
    forget.add_argument("words", metavar="WORDS", help="its six words, in quotes")
    add_step(steps, "list", run_list, "the organisations and hand-overs")
    propose = add_step(steps, "propose", run_propose, "propose that a testimony is handed over")
    propose.add_argument("tid", metavar="TID", help="the testimony's number, 32 hex digits")
    propose.add_argument("words", metavar="WORDS", help="its six words, in quotes")
    agree = add_step(steps, "agree", run_agree, "agree, as a second lawyer, to what was proposed")
    drop = add_step(steps, "drop", run_drop, "drop a hand-over that has not left")
    send = add_step(steps, "send", run_send, "write the sealed file for the other organisation")
    tell = add_step(steps, "tell", run_tell, "write the file that says that the consent has ended")
    for step in (agree, drop, send, tell):
        step.add_argument("id", metavar="ID", help="of the hand-over, or 8 digits")
    agree.add_argument("words", metavar="WORDS", help="its six words, in quotes")
    look = add_step(steps, "look", run_look, "say what is in a file that came")
    take = add_step(steps, "take", run_take, "take in a hand-over, keep an answer, or withdraw what has ended")
    refuse = add_step(steps, "refuse", run_refuse, "refuse a hand-over")
    refuse.add_argument("--why", required=True, metavar="TEXT", help="the reason, for the other organisation")
    for step in (look, take, refuse):
        step.add_argument("file", type=Path, metavar="FILE", help="the file that came")
    for step in (introduce, send, tell):
        step.add_argument("--out", required=True, type=Path, metavar="FILE", help="the new file")
    for step in (take, refuse):
        step.add_argument("--out", type=Path, metavar="FILE", help="the new file with the answer")


def run_introduce(arguments: argparse.Namespace) -> int:
    from testimony.sealing.keys.wordlist import fingerprint_words
    from testimony.sync.bundle import trust

    _require_free(arguments.out)
    with at_desk(arguments) as (station, _reader, _annexes, _now):
        write_new(arguments.out, trust.write(station.root.data, station.chain.records, [], []))
        words = fingerprint_words(station.chain.fingerprint)
    line("written", f"{arguments.out}, with the list of readers and no testimony")
    line("words", words)
    print("\nNext: bring the file there, and read the six words to a person there by another way.")
    return 0


def run_know(arguments: argparse.Namespace) -> int:
    from testimony.services.certificates.errors import FileUnreadable
    from testimony.services.handover import partners
    from testimony.sync.bundle import trust

    try:
        with arguments.file.open("rb") as source:
            offer = trust.read_offer(source)
    except OSError as error:
        raise FileUnreadable(file=str(arguments.file)) from error
    with at_desk(arguments) as (station, reader, annexes, now):
        found = partners.note(
            station,
            reader,
            annexes,
            offer.chain,
            words=arguments.words,
            name=arguments.name,
            recipient=arguments.recipient,
            day=now.date(),
        )
    _say_partner(found)
    print("\nNext: exchange (`testimony sync`), so that the other lawyers know it too.")
    return 0


def run_forget(arguments: argparse.Namespace) -> int:
    from testimony.services.handover import partners

    with at_desk(arguments) as (station, reader, annexes, now):
        found = partners.named(station, annexes, arguments.words)
        partners.forget(station, reader, annexes, found, day=now.date())
    line("forgotten", harmless(found.name))
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    from testimony.services.handover import partners, standings

    with at_desk(arguments) as (station, reader, annexes, now):
        with station.database.reading() as session:
            held = standings.read(station, session, reader, annexes, at=now.date())
        for partner in partners.known(station, annexes):
            _say_partner(partner)
        for one in held.each:
            _say(station, annexes, one)
        if held.unread:
            line("unread", f"{held.unread} annexes about hand-overs, of a newer version or damaged")
    return 0


def run_propose(arguments: argparse.Namespace) -> int:
    from testimony.services.handover import given, partners

    with at_desk(arguments) as (station, reader, annexes, now):
        partner = partners.named(station, annexes, arguments.words)
        _say(station, annexes, given.propose(station, reader, annexes, arguments.tid, partner, day=now.date()))
    print("\nNext: exchange; another lawyer agrees (`testimony handover agree ID WORDS`).")
    return 0


def run_agree(arguments: argparse.Namespace) -> int:
    from testimony.services.handover import given, partners

    with at_desk(arguments) as (station, reader, annexes, now):
        partner = partners.named(station, annexes, arguments.words)
        _say(station, annexes, given.agree(station, reader, annexes, arguments.id, partner, day=now.date()))
    print("\nNext: exchange. Either lawyer writes the file now (`testimony handover send ID`).")
    return 0


def run_drop(arguments: argparse.Namespace) -> int:
    from testimony.services.handover import given

    with at_desk(arguments) as (station, reader, annexes, now):
        _say(station, annexes, given.drop(station, reader, annexes, arguments.id, day=now.date()))
    return 0


def run_send(arguments: argparse.Namespace) -> int:
    from testimony.services.handover import given

    _require_free(arguments.out)
    with at_desk(arguments) as (station, reader, annexes, now):
        sent = given.send(station, reader, annexes, arguments.id, day=now.date())
        write_new(arguments.out, sent.data)
    line("written", f"{arguments.out}, which only the lawyers there can open")
    if sent.withheld:
        line("not in it", "recordings and pictures: the witness does not agree today to each kind of them")
    return 0


def run_tell(arguments: argparse.Namespace) -> int:
    from testimony.services.handover import given

    _require_free(arguments.out)
    with at_desk(arguments) as (station, reader, annexes, now):
        write_new(arguments.out, given.tell(station, reader, annexes, arguments.id, day=now.date()))
    line("written", f"{arguments.out}; bring it there, and take in what they answer")
    return 0


def run_look(arguments: argparse.Namespace) -> int:
    from testimony.sealing.archive import report
    from testimony.sealing.statements import handover
    from testimony.services.handover import received

    with at_desk(arguments) as (station, reader, annexes, now):
        letter = _letter(station, reader, annexes, arguments.file, now)
        _say_partner(letter.sender)
        line("what", letter.statement.kind)
        if letter.statement.kind != handover.OFFER:
            return 0
        with station.database.reading() as session:
            found = received.look(station, session, reader, annexes, letter, day=now.date())
    line("signed by", ", ".join(found.signers))
    line("consent", "in the interview" if found.offer.consent == handover.INTERVIEW else "said later, without a proof")
    for one in found.packed.findings:
        line(str(one.holds), harmless(report.sentence(one)))
    return 0


def run_take(arguments: argparse.Namespace) -> int:
    from testimony.sealing.statements import handover
    from testimony.services.handover import given, received

    if arguments.out is not None:
        _require_free(arguments.out)
    with at_desk(arguments) as (station, reader, annexes, now):
        letter, day = _letter(station, reader, annexes, arguments.file, now), now.date()
        reply = b""
        if letter.statement.kind == handover.OFFER:
            one = received.answered(station, reader, annexes, letter, day=day)
            one = one or received.take(station, reader, annexes, letter, now=now)
            reply = received.answer(station, reader, annexes, one.id, letter.sender, day=day)
            _say(station, annexes, one)
        elif letter.statement.kind == handover.END:
            said = received.end(station, reader, annexes, letter, day=day)
            state, reply = received.confirm(station, reader, annexes, said.handover, letter.sender, day=day)
            line(state, said.handover)
            print("\nDelete the file of this hand-over wherever you keep it. Exchange, so that all desks hear of it.")
        else:
            _say(station, annexes, given.take_reply(station, reader, annexes, letter, day=day))
    if reply and arguments.out is not None:
        _write_answer(arguments.out, reply)
    return 0


def run_refuse(arguments: argparse.Namespace) -> int:
    from testimony.services.handover import received

    if arguments.out is not None:
        _require_free(arguments.out)
    with at_desk(arguments) as (station, reader, annexes, now):
        letter = _letter(station, reader, annexes, arguments.file, now)
        one = received.refuse(station, reader, annexes, letter, arguments.why, day=now.date())
        reply = received.answer(station, reader, annexes, one.id, letter.sender, day=now.date())
        _say(station, annexes, one)
    if arguments.out is not None:
        _write_answer(arguments.out, reply)
    return 0


def _letter(station: Station, reader: Reader, annexes: AnnexIndex, file: Path, now: datetime) -> Letter:
    """Raises `FileUnreadable`, `HandoverRefused`."""
    from testimony.services.certificates.errors import FileUnreadable
    from testimony.services.handover import letters

    try:
        with file.open("rb") as source:
            data = letters.load(source)
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    return letters.read(station, reader, annexes, data, day=now.date())


def _say_partner(partner: Partner) -> None:
    line("organisation", f"{harmless(partner.name)}: {partner.words}; its list of readers ends on "
         f"{partner.chain.latest.expires}")  # fmt: skip


def _say(station: Station, annexes: AnnexIndex, one: Standing) -> None:
    """With the name of the other organisation, or its six words where it was forgotten."""
    from testimony.sealing.keys.wordlist import fingerprint_words
    from testimony.services.handover import partners

    names = {partner.fingerprint: partner.name for partner in partners.known(station, annexes)}
    said = [f"testimony {one.tid}", names.get(one.other, fingerprint_words(one.other)), one.reason]
    line(str(one.state), f"{one.id}  {harmless(', '.join(word for word in said if word))}")


def _write_answer(file: Path, reply: bytes) -> None:
    write_new(file, reply)
    line("written", f"{file}, the answer; bring it there")


def _require_free(file: Path) -> None:
    """Before anything is noted. Raises `FileTaken`."""
    from testimony.services.certificates.errors import FileTaken

    if file.exists():
        raise FileTaken(file=str(file))
