"""The map of borders: what is counted is drawn where it lies, and nothing is drawn that is not counted."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from testimony.publication.pages import border_map
from testimony.publication.pages.border_map import Counted, Line, View
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


def test_a_name_near_the_upper_edge_is_whole() -> None:
    (view,) = border_map.views(counted(HRV_BIH=815))
    top = view.box[1]
    assert [y for _, _, y in view.states if top <= y < top + 11], "Hungary's name stands there"
    assert all(y >= top + 11 for _, _, y, _ in border_map.laid(view, 11, lambda code: code)[0])


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


@pytest.mark.parametrize(
    ("points", "box"),
    [
        ([(500, 500)], (320, 320, 360, 360)),
        ([(500, 500), (501, 500)], (321, 320, 359, 360)),
        ([(400, 500), (620, 500)], (330, 320, 360, 360)),
        ([(400, 500), (621, 500)], (330, 320, 361, 360)),
        ([(0, 0)], (0, 0, 180, 180)),
        ([(1000, 900)], (820, 720, 180, 180)),
    ],
)
def test_a_part_of_the_map_has_a_margin_a_least_size_and_the_edges_of_the_map(
    points: list[tuple[int, int]], box: tuple[int, int, int, int]
) -> None:
    assert border_map._box(points, 1000, 900) == box


def view(*states: tuple[str, int, int], numbers: tuple[int, ...] = (7,)) -> View:
    """A picture of 320 units, so that letters have 10, from 100, 200 on."""
    lines = [
        Line(counted=Counted(name="x", number=number), path=f"M150 {250 + 60 * at} 250 {250 + 60 * at}", width=3.0,
             x=150, y=250 + 60 * at)
        for at, number in enumerate(numbers)
    ]  # fmt: skip
    return View(id="x", box=(100, 200, 320, 320), land="M0 0", borders=(), states=states, lines=tuple(lines))


def names(*states: tuple[str, int, int]) -> list[tuple[str, str]]:
    drawn = border_map.draw(view(*states), "", Words("en"))
    return [(one.get("x", ""), one.get("y", "")) for one in drawn.iter("text") if not (one.text or "").isdigit()]


@pytest.mark.parametrize(
    ("x", "y", "there"),
    [(100, 400, True), (99, 400, False), (420, 400, True), (421, 400, False), (200, 200, True), (200, 199, False),
     (200, 520, True), (200, 521, False)],
)  # fmt: skip
def test_a_state_at_the_very_edge_is_named_and_none_beyond_it(x: int, y: int, there: bool) -> None:
    assert bool(names(("GRC", x, y))) is there


def test_a_name_is_moved_into_the_picture() -> None:
    """Greece has six letters of six tenths of ten units: eighteen on either side."""
    assert names(("GRC", 100, 400)) == [("118", "400")]
    assert names(("GRC", 420, 400)) == [("402", "400")]
    assert names(("GRC", 200, 400)) == [("200", "400")]


@pytest.mark.parametrize(
    ("x", "y", "both"), [(235, 400, False), (236, 400, True), (200, 409, False), (200, 410, True), (200, 390, True)]
)
def test_of_two_names_that_would_touch_the_first_stands(x: int, y: int, both: bool) -> None:
    assert len(names(("GRC", 200, 400), ("GRC", x, y))) == 1 + both


def test_a_number_stands_in_a_disc_as_long_as_it() -> None:
    drawn = border_map.draw(view(numbers=(7, 12345)), "", Words("en"))
    assert drawn.get("font-size") == "10"
    discs = [[one.get(side) for side in ("x", "y", "width", "height", "rx")] for one in drawn.iter("rect")][1:]
    assert discs == [["140", "240", "20", "20", "10"], ["129", "300", "42", "20", "10"]]
    assert [(one.get("x"), one.get("y"), one.text) for one in drawn.iter("text")] == [
        ("150", "253", "7"),
        ("150", "313", "12345"),
    ]
    assert drawn.get("viewBox") == "100 200 320 320"


def test_where_its_middle_is_taken_a_number_goes_to_the_nearest_free_point() -> None:
    drawn = border_map.draw(view(("GRC", 150, 250)), "", Words("en"))
    assert [one.get("x") for one in drawn.iter("text") if one.text == "7"] == ["250"]
