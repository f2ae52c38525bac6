"""`central` and `checkpoint`: an operator decides about restorations and copies, and two stations compare heads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.cli.main import main
from testimony.services.continuity import incarnations
from testimony.sync.client.exchange import exchange
from tests.support.sync.homes import kept, opened
from tests.support.sync.world import World, bring, in_the_epoch_of, to


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


def said(capsys: pytest.CaptureFixture[str], *command: object) -> tuple[int, str]:
    code = main([str(part) for part in command])
    shown = capsys.readouterr()
    return code, shown.out + shown.err


def test_a_restoration_is_said_waited_for_and_ended(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    home = world.central().settings.home
    assert said(capsys, "central", "state", "--home", home)[0] == 0
    code, shown = said(capsys, "central", "restored", "--home", home)
    assert (code, "node-1, which has not offered anew" in shown) == (1, True)
    assert "are served again" in said(capsys, "central", "resume", "--home", home)[1]
    assert "were served already" in said(capsys, "central", "resume", "--home", home)[1]
    assert said(capsys, "central", "state", "--home", home)[0] == 0


def test_a_mark_is_explained_and_lifted(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    node, central = world.node(), world.central()
    clone, home = opened(world, kept(node)), central.settings.home
    for one in (node, clone):
        bring(one, world.testimony())
        exchange(one, to(central, world.station))
    code, shown = said(capsys, "central", "state", "--home", home)
    assert (code, "its card or folder was copied" in shown, "2 testimonies" in shown) == (1, True, True)
    assert "names no station nobody" in said(capsys, "central", "lift", "nobody", "--home", home)[1]
    assert "is marked no more" in said(capsys, "central", "lift", "node-1", "--home", home)[1]
    assert "was not marked" in said(capsys, "central", "lift", "node-1", "--home", home)[1]
    with central.database.reading() as session:
        assert incarnations.quarantine(session, world.station.kid) is None


def test_another_station_is_named_as_what_it_is(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = said(capsys, "central", "state", "--home", world.node().settings.home)
    assert (code, "not a central server" in shown) == (1, True)


@pytest.mark.parametrize("stories", [1, 2])
def test_heads_are_compared_by_file_and_by_words(
    world: World, capsys: pytest.CaptureFixture[str], stories: int
) -> None:
    node, desk, one, file = world.node(), world.desk(), world.central(), world.folder / "head.txt"
    other = world.central("other") if stories == 2 else one
    in_the_epoch_of(one, other)
    for story in {one.settings.name: one, other.settings.name: other}.values():
        bring(story, world.testimony())
    exchange(node, to(one, world.station))
    exchange(desk, to(other, world.lawyer_signer), audience="lawyers")
    code, shown = said(capsys, "checkpoint", "show", "--home", node.settings.home, "--out", file)
    words = next(row.split()[1:] for row in shown.splitlines() if row.split()[0] == "words")
    size = next(row.split()[1] for row in shown.splitlines() if row.split()[0] == "entries")
    assert (code, len(words)) == (0, 6)
    at_desk = ("--home", desk.settings.home)
    by_words = said(capsys, "checkpoint", "compare", *at_desk, "--size", size, "--words", *words)
    by_file = said(capsys, "checkpoint", "compare", file, *at_desk)
    expected = (0, "same") if stories == 1 else (1, "different")
    assert [(code, shown.split()[0]) for code, shown in (by_words, by_file)] == [expected, expected]


def test_what_is_no_head_and_half_a_question_are_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    desk, file = world.desk(), world.folder / "head.txt"
    assert "is not known here yet" in said(capsys, "checkpoint", "show", "--home", desk.settings.home)[1]
    file.write_text("nothing\n")
    code, shown = said(capsys, "checkpoint", "compare", file, "--home", desk.settings.home)
    assert (code, "no signed head" in shown) == (1, True)
    with pytest.raises(SystemExit):
        main(["checkpoint", "compare", "--home", str(desk.settings.home)])


def test_an_account_is_made_listed_changed_renewed_and_removed(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    home = world.central().settings.home

    def account(*command: str) -> tuple[int, str]:
        return said(capsys, "central", "account", *command, "--home", home)

    assert "none; the pages open with" in account("list")[1]
    code, shown = account("add", "vera", "--role", "administrator")
    assert (code, "http://localhost:8401/en/enrol#" in shown, "counts once" in shown) == (0, True, True)
    assert "There is an account of this name already" in account("add", "vera", "--role", "observer")[1]
    assert "small letters" in account("add", "Vera", "--role", "observer")[1]
    assert "administrator, cannot sign in yet, a link is open" in account("list")[1]
    assert "is observer now" in account("role", "vera", "--role", "observer")[1]
    assert "/en/enrol#" in account("reset", "vera")[1]
    code, shown = account("remove", "vera")
    assert (code, "no administrator can sign in now" in shown) == (0, True)
    code, shown = account("remove", "vera")
    assert (code, "There is no such account at this server" in shown) == (1, True)


def test_accounts_are_of_central_alone(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    home = world.node().settings.home
    assert "central server" in said(capsys, "central", "account", "list", "--home", home)[1]


def test_the_link_leads_to_the_public_address(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = world.central().settings.home
    monkeypatch.setenv("TESTIMONY_PUBLIC_URL", "https://central.example/")
    assert (
        " https://central.example/en/enrol#"
        in said(capsys, "central", "account", "add", "vera", "--role", "observer", "--home", home)[1]
    )
