"""Settles groups and repeats: closes what is open, and leaves out what is empty."""

from __future__ import annotations

from testimony.questionnaire.xlsform.adaptation.draft import Draft

CELLS_OF_OPENINGS = ("constraint", "required", "calculation", "default", "choice_filter")


def settle_structure(draft: Draft) -> None:
    """Bring groups and repeats into the form that the compiler accepts, and report each change."""
    _flatten(draft)
    _drop_empty(draft)


def _flatten(draft: Draft) -> None:
    """Remove repeats inside a repeat, and give every group and repeat its end."""
    opened: list[tuple[int, str, bool]] = []  # row, group or repeat, kept
    for row, kind in [*draft.kinds()]:
        if kind in ("begin group", "begin repeat"):
            what = kind.rpartition(" ")[2]
            inside = what == "repeat" and any(one == "repeat" for _, one, _ in opened)
            if inside:
                reason = (
                    "left out: a repeat inside a repeat is not supported; its questions are in the repeat around it"
                )
                draft.leave_out(row, reason)
            for use in CELLS_OF_OPENINGS:
                draft.survey.get(row, {}).pop(use, None)
            opened.append((row, what, not inside))
        elif kind in ("end group", "end repeat"):
            if not opened:
                draft.leave_out(row, "left out: nothing is open here")
                continue
            _, what, kept = opened.pop()
            if not kept:
                draft.survey.pop(row, None)
            else:
                draft.survey[row] = {"type": f"end_{what}"}
    for row, what, kept in reversed(opened):
        if kept:
            draft.changed("survey", row, "type", f"closed at the end of the sheet: its end_{what} is missing")
            draft.survey[max(draft.survey) + 1] = {"type": f"end_{what}"}


def _drop_empty(draft: Draft) -> None:
    again = True
    while again:
        again, before = False, None
        for row, kind in [*draft.kinds()]:
            if before is not None and kind.startswith("end ") and before[1] == kind.replace("end", "begin"):
                draft.leave_out(before[0], "left out: no question is left in it")
                draft.survey.pop(row, None)
                again, before = True, None
            else:
                before = (row, kind)
