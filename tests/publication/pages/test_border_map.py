"""The map of borders: what is counted is drawn where it lies, and nothing is drawn that is not counted."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from testimony.publication.pages import border_map
from testimony.publication.pages.border_map import Counted
from testimony.publication.text.phrases import LANGUAGES, Words

SAR = ("sar_libya", "sar_malta", "sar_italy", "sar_tunisia")
"""Regions of search and rescue: no line at sea stands for one."""


def counted(**numbers: int) -> dict[str, Counted]:
    codes = {name.replace("_", "-").replace("__", ":"): number for name, number in numbers.items()}
    return {code: Counted(name=code, number=number) for code, number in codes.items()}


def parts() -> list[str]:
    gazetteer = json.loads(files("testimony.questionnaire").joinpath("gazetteer.json").read_text("utf-8"))
    return [f"{border}:{part}" for border, parts in gazetteer["borders"].items() for part in (*parts, "all")]


def test_each_part_of_the_world_where_something_is_counted_is_drawn_once() -> None:
    views = border_map.views(counted(HRV_BIH=9, GRC_TUR=4, POL_BLR=1))
    assert [view.id for view in views] == ["balkans", "eastern_europe"]
    assert {line.counted.name for line in views[0].lines} == {"HRV-BIH", "GRC-TUR"}
    assert border_map.views({}) == ()


def test_a_line_is_thicker_where_more_is_told() -> None:
    (view,) = border_map.views(counted(HRV_BIH=100, GRC_TUR=25))
    width = {line.counted.name: line.width for line in view.lines}
    assert width == {"HRV-BIH": 11, "GRC-TUR": 7}


def test_what_is_drawn_lies_within_its_box() -> None:
    (view,) = border_map.views(counted(POL_BLR=3))
    x, y, width, height = view.box
    assert width >= border_map.LEAST * 0.8
    (number,) = [one for one in border_map.draw(view, "", Words("en")).iter("text") if one.text == "3"]
    assert x <= int(number.get("x", "")) <= x + width
    assert y <= int(number.get("y", "")) <= y + height


@pytest.mark.parametrize("code", ["XXX-YYY", "GRC-TUR:sea_other", ""])
def test_a_border_without_a_line_is_not_drawn(code: str) -> None:
    assert border_map.views({code: Counted(name=code, number=3)}) == ()


def test_a_count_of_nothing_is_not_drawn() -> None:
    assert border_map.views(counted(POL_BLR=0)) == ()


def test_nearly_every_part_of_a_border_can_be_drawn() -> None:
    assert parts()
    without = {code for code in parts() if not border_map.views({code: Counted(name=code, number=1)})}
    assert {code.partition(":")[2] for code in without} <= {"sea_other", "darien", *SAR}


def test_a_picture_says_each_number_to_eyes_and_to_a_screen_reader() -> None:
    (view,) = border_map.views(counted(HRV_BIH=815, GRC_TUR=40))
    drawn = border_map.draw(view, "Accounts by border", Words("fr"))
    said = [one.text for one in drawn.iter("text")]
    assert {"815", "40", "Grèce"} <= set(said)
    assert drawn.get("aria-label") == "Accounts by border. HRV-BIH: 815; GRC-TUR: 40"


def test_no_name_lies_over_another_or_outside_the_picture() -> None:
    (view,) = border_map.views(counted(HRV_BIH=815, GRC_TUR=40, HUN_SRB=5))
    drawn = border_map.draw(view, "", Words("en"))
    size, (left, _, across, _) = int(drawn.get("font-size", "0")), view.box
    names = [
        (int(one.get("x", "0")), int(one.get("y", "0")), 0.3 * size * len(one.text or "")) for one in drawn.iter("text")
    ]
    names = [one for one, text in zip(names, drawn.iter("text"), strict=True) if not (text.text or "").isdigit()]
    assert len(names) > 5
    for at, (x, y, half) in enumerate(names):
        assert left - 1 <= x - half
        assert x + half <= left + across + 1
        assert all(abs(x - other) >= half + wide - 1 or abs(y - down) >= size for other, down, wide in names[:at])


def test_a_state_is_named_where_it_lies_and_not_at_the_edge_over_another_one() -> None:
    words = Words("en")
    borders = sorted({code.partition(":")[0] for code in parts()})
    assert len(borders) > 30
    for border in borders:
        (view,) = border_map.views({border: Counted(name=border, number=3)})
        left, top, across, down = view.box
        there = {code for code, x, y in view.states if left <= x <= left + across and top <= y <= top + down}
        drawn = border_map.draw(view, "", words)
        named = [one.text for one in drawn.iter("text") if not (one.text or "").isdigit()]
        assert set(named) <= {words.option("iso3", code) for code in there}, border
        assert {code for code, *_ in view.states if code in border.split("-")} <= there, border


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_number_hides_the_name_of_a_state_or_another_number(lang: str) -> None:
    (view,) = border_map.views(counted(HRV_BIH=815, GRC_TUR=720, BGR_TUR=315, HUN_SRB=290, ROU_SRB=150))
    drawn = border_map.draw(view, "", Words(lang))
    size = int(drawn.get("font-size", "0"))
    names = [one for one in drawn.iter("text") if not (one.text or "").isdigit()]
    texts = [
        (int(one.get("x", "")), int(one.get("y", "")) - size / 3, 0.3 * size * len(one.text or "")) for one in names
    ]
    discs = [tuple(int(one.get(side, "")) for side in ("x", "y", "width", "height")) for one in drawn.iter("rect")][1:]
    assert len(discs) == 5
    for at, (x, y, wide, tall) in enumerate(discs):
        for middle, foot, half in texts:
            assert middle + half <= x + 1 or x + wide <= middle - half + 1 or foot <= y or y + tall <= foot
        for left, top, across, down in discs[:at]:
            assert left + across <= x + 1 or x + wide <= left + 1 or top + down <= y + 1 or y + tall <= top + 1


def test_a_name_is_written_over_the_lines_with_a_rim_so_that_none_strikes_it_out() -> None:
    (view,) = border_map.views(counted(HRV_BIH=815))
    drawn = list(border_map.draw(view, "", Words("en")))
    (line,) = [at for at, one in enumerate(drawn) if one.get("d") == view.lines[0].path and one.get("stroke-linecap")]
    names = [at for at, one in enumerate(drawn) if one.tag == "text" and not (one.text or "").isdigit()]
    assert names
    assert min(names) > line
    assert {drawn[at].get("paint-order") for at in names} == {"stroke"}
