"""`make mutants`: what it changes, the controls that it takes out, and the mutants that no test can notice."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from testimony.platform import homes
from tests.mutants import __main__ as mutants
from tests.mutants import trial
from tests.mutants.controls import Control, controls
from tests.mutants.nearest import NUMBERS, Nearest, changed_names
from tests.mutants.points import Point, points
from tests.support.architecture.documents import ROOT, names_of

SOURCE = '''"""A docstring of 3 words."""
from typing import Final
MOST: Final[int] = 3

def may(person, other, *, twice: bool = False):
    require(person)
    if person is None or not other:
        raise ValueError(f"{1 + 1} of 5")
    for each, _ in zip(other, other, strict=True):
        if each < person.age + 1:
            continue
    return person.role
'''
CHANGED = {
    "MOST: Final[int] = 3 -> MOST: Final[int] = 4",
    "def may(person, other, *, twice: bool = False): -> def may(person, other, *, twice: bool = True):",
    "require(person) -> pass",
    "if person is None or not other: -> if person is not None or not other:",
    "if person is None or not other: -> if person is None and not other:",
    "if person is None or not other: -> if person is None or other:",
    'raise ValueError(f"{1 + 1} of 5") -> pass',
    "if each < person.age + 1: -> if each <= person.age + 1:",
    "if each < person.age + 1: -> if each >= person.age + 1:",
    "if each < person.age + 1: -> if each < person.age - 1:",
    "if each < person.age + 1: -> if each < person.age + 2:",
    "continue -> break",
}


def test_one_thing_is_changed_at_a_time_and_no_type_or_text(tmp_path: Path) -> None:
    (tmp_path / "rule.py").write_text(SOURCE, "utf-8")
    found = points(tmp_path, "rule.py")
    assert {one.said(SOURCE.encode()).removeprefix("rule.py: ") for one in found} == CHANGED
    assert len(found) == len(CHANGED)


@pytest.mark.parametrize("module", ["testimony/sealing/roster/chain.py", "testimony/services/intake/batch.py"])
def test_every_mutant_is_a_program(module: str) -> None:
    source = (ROOT / module).read_bytes()
    assert [one for one in points(ROOT, module) if ast.parse(one.applied(source)) is None] == []


@pytest.fixture(scope="module")
def nearest() -> Nearest:
    return Nearest(ROOT)


def test_a_module_s_own_test_comes_first_and_then_those_that_import_it(nearest: Nearest) -> None:
    found = nearest.to("testimony/sealing/log/merkle.py", 3)
    assert found[0] == "tests/sealing/log/test_merkle.py"
    assert all("merkle" in (ROOT / each).read_text("utf-8") for each in found[:3])
    assert nearest.to("testimony/services/intake/quotas.py", 1)[0] == "tests/sync/server/test_quotas.py"


def test_what_a_package_writes_is_looked_at_for_each_of_its_modules(nearest: Nearest) -> None:
    found = nearest.to("testimony/publication/pages/border_map.py", 1)
    assert found[:2] == ["tests/publication/pages/test_border_map.py", "tests/publication/test_kept_files.py"]
    assert found[2:] == [f"{NUMBERS}[publication]"]


def test_tests_of_the_same_package_come_before_pages_that_lead_to_it(nearest: Nearest) -> None:
    found = nearest.to("testimony/sync/client/handshake.py", 5)
    assert [each for each in found[:5] if not each.startswith("tests/sync/")] == []


def test_the_limits_of_a_package_are_looked_at_besides(nearest: Nearest) -> None:
    for module, is_limited in (("testimony/sync/server/server.py", True), ("testimony/sync/client/turn.py", False)):
        found = nearest.to(module, 1)
        assert found[1:-1] == ["tests/sync/test_limits.py"] * is_limited


def test_a_mutant_that_survives_meets_further_files_and_none_of_them_twice(nearest: Nearest) -> None:
    (point, *_) = points(ROOT, "testimony/services/wordings/studio.py")
    runs = nearest.of(point, 3, 2)
    files = [file for run in runs for file in run]
    assert runs[0][:1] == ["tests/services/wordings/test_studio.py"]
    assert runs[0][3:] == ["tests/services/test_limits.py", f"{NUMBERS}[services]"]
    assert 0 < len(runs[1]) <= 3
    assert len(files) == len(set(files))
    assert nearest.of(point, 3, 1) == runs[:1]


def test_commands_and_pages_of_the_same_noun_come_last_and_none_needs_a_browser(nearest: Nearest) -> None:
    found = nearest.to("testimony/services/handover/standings.py", 9)
    assert found[0] == "tests/services/handover/test_handovers.py"
    assert set(found[1:-1]) == {"tests/cli/desk/test_handover.py", "tests/web/desk/handover/test_handover_pages.py"}


def test_of_its_package_the_files_come_first_that_name_what_was_changed(nearest: Nearest) -> None:
    path = "testimony/services/opening/sealed_index.py"
    (named,) = nearest.to(path, 2, ["test_it_waits_for_its_testimony"])[1:-1]
    assert named != nearest.to(path, 2)[1]
    assert "test_it_waits_for_its_testimony" in (ROOT / named).read_text("utf-8")


def test_what_was_changed_is_named_with_what_uses_it() -> None:
    source = b"""
def _inner(): return 1
def outer(): return _inner()
class Sheet:
    def row(self): return outer()
def other(): return 2
"""
    at = source.index(b"1")
    assert changed_names(source, Point("a.py", at, at + 1, b"2")) == {"outer", "Sheet", "row"}
    at = source.index(b"2")
    assert changed_names(source, Point("a.py", at, at + 1, b"3")) == {"other"}


def test_a_run_that_hangs_is_no_reason_to_leave_out_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    outcomes = {"a": trial.Outcome([], hung=True), "b": trial.Outcome(["b"], hung=False)}

    class Stub:
        root = ROOT

        @contextmanager
        def changed(self, _: object) -> Iterator[None]:
            yield

        def run(self, tests: Sequence[str]) -> trial.Outcome:
            return outcomes[tests[0]]

    (point, *_) = points(ROOT, "testimony/services/wordings/studio.py")
    tried = mutants._try(cast(trial.Trial, Stub()), point, [["a"], ["b"]])
    assert (tried.outcome, tried.tests) == (outcomes["b"], ("b",))
    tried = mutants._try(cast(trial.Trial, Stub()), point, [["b"], ["a"]])
    assert (tried.outcome, tried.tests) == (outcomes["b"], ("b",))
    assert mutants._try(cast(trial.Trial, Stub()), point, [["a"]]).tests == ("a",)


@pytest.mark.parametrize("control", controls(ROOT), ids=lambda control: control.name)
def test_a_control_stands_in_the_program_and_names_a_test(control: Control) -> None:
    source, point = (ROOT / control.file).read_bytes(), control.point(ROOT)
    ast.parse(point.applied(source))
    path, _, name = control.test.partition("::")
    assert name in names_of(ROOT / path)


def test_no_control_stands_there_twice() -> None:
    names = [one.name for one in controls(ROOT)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", mutants.equivalent())
def test_a_mutant_that_is_left_out_can_be_made_and_has_a_reason(name: str) -> None:
    path, _, _ = name.partition(": ")
    source = (ROOT / path).read_bytes()
    assert name in {one.said(source) for one in points(ROOT, path)}
    assert mutants.equivalent()[name]


@pytest.mark.parametrize("linked", [False, True])
def test_what_a_mutant_deletes_in_its_copy_stays_with_the_developer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, linked: bool
) -> None:
    root, installed = tmp_path / "root", tmp_path / ("elsewhere" if linked else "root/.venv")
    kept = [installed / "lib" / "one.py", *(root / name for name in ("tests/js/node_modules/a/b.js", "var/demo/key"))]
    for file in kept:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("kept")
    if linked:
        (root / ".venv").symlink_to(installed)
    (root / ".gitignore").write_text(".venv\nvar/\nnode_modules/\n")
    subprocess.run(["git", "init", "-q", root], check=True)
    monkeypatch.setattr(trial, "ROOT", root)
    copy = trial.Trial(tmp_path / "trial").root
    assert (copy / ".venv" / "lib" / "one.py").read_text() == "kept"
    for name in (".venv", "tests/js/node_modules", "var"):
        shutil.rmtree((copy / name).resolve(), ignore_errors=True)
    assert [file for file in kept if not file.is_file()] == []


def test_a_mutant_looks_for_stations_in_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in trial.surroundings(tmp_path / "copy", tmp_path / "scratch").items():
        monkeypatch.setenv(name, value)
    assert homes.data_folder().is_relative_to(tmp_path / "scratch")


def test_a_test_whose_child_limits_itself_fails_for_no_mutant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "test_own.py").write_text(
        "import resource\ndef test_own() -> None:\n    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))\n"
    )
    subprocess.run(["git", "init", "-q", root], check=True)
    monkeypatch.setattr(trial, "ROOT", root)
    assert trial.Trial(tmp_path / "trial").run(["test_own.py"]) == trial.Outcome([], hung=False)


def test_a_test_whose_parameter_a_mutant_changed_is_run_again_by_its_name(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the mutant there is no test with that parameter, and pytest would run none of those that it is given."""
    ran: list[str] = []

    class Stub:
        root = ROOT

        def __init__(self, _: Path) -> None:
            """Copies nothing."""

        @contextmanager
        def changed(self, _: object) -> Iterator[None]:
            yield

        def run(self, tests: Sequence[str], *, to_the_end: bool = False) -> trial.Outcome:
            ran.extend(tests if to_the_end else [])
            return trial.Outcome([] if to_the_end else ["tests/test_a.py::test_b[601]"], hung=False)

    monkeypatch.setattr(mutants, "Trial", Stub)
    assert mutants.main(["station", "--sample", "1"]) == 0
    assert ran == ["tests/test_a.py::test_b"]
    assert "station: 1 of 1 noticed" in capsys.readouterr().out


def test_tests_that_fail_or_hang_without_a_mutant_too_have_noticed_none(capsys: pytest.CaptureFixture[str]) -> None:
    outcomes = [
        ("failed", trial.Outcome(["test_a"], hung=False)),
        ("flaky", trial.Outcome(["test_flaky"], hung=False)),
        ("hung", trial.Outcome([], hung=True)),
        ("slow", trial.Outcome([], hung=True)),
        ("survived", trial.Outcome([], hung=False)),
    ]
    tried = [mutants.Tried(name, outcome, (f"test_{name}.py",)) for name, outcome in outcomes]
    mutants.report("sealing", tried, {"test_flaky"}, {("test_slow.py",)})
    assert capsys.readouterr().out.splitlines()[-1] == "sealing: 2 of 5 noticed, 40%; equivalent 0"
