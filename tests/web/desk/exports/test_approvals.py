"""Pages of exports that two lawyers approve: nothing is saved before, and only what the page showed."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import accounts as export_accounts
from testimony.services.exports import approvals, exports
from testimony.services.opening.annexes import AnnexIndex
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.services.desks import reader_of
from tests.support.web.browser import NOW, Browser

CHOSEN = {"use": "P04 lawyers", "form": "csv", "seal": "sealed"}
PAGE = "/en/reports/testimonies"


@pytest.fixture
def station(opened: Callable[[str], Station], organisation: Organisation) -> Station:
    bring(organisation, opened("lawyer"), [told(0, ("P01", "P04")), told(1, ("P01", "P04"))])
    return opened("lawyer")


@pytest.fixture
def desk(station: Station, browser: Callable[..., Browser]) -> Browser:
    return browser("lawyer")


def press(desk: Browser, path: str, **said: Any) -> Any:
    return desk.client.post(
        path,
        base_url=desk.base,
        data={"csrf_token": desk.csrf(), "lang": "en", **said},
        headers={"Referer": f"{desk.base}{PAGE}"},
    )


def proposed(desk: Browser, **more: Any) -> str:
    answer = press(desk, "/reports/proposed", **CHOSEN, **more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"].rpartition("/")[2])


def second(station: Station, organisation: Organisation, id: str, *, refused: bool = False) -> None:
    """What lawyer-2 says at their own desk, as it has come here."""
    reader, annexes, day = reader_of(organisation, "lawyer-2"), AnnexIndex(), NOW.date()
    with station.database.reading() as session:
        held = approvals.read(station, session, reader, annexes, at=day)
    if refused:
        approvals.refuse(station, reader, held, id, day=day)
    else:
        approvals.approve(station, reader, held, id, held.find(id).digest, day=day)


def test_with_the_rule_the_page_proposes_and_saves_what_a_second_lawyer_approved(
    desk: Browser, station: Station, organisation: Organisation
) -> None:
    before = desk.get(PAGE).text
    assert "Save the export" in before
    assert "Propose the export" not in before
    assert press(desk, "/reports/second-lawyer", act="require").status_code == 303
    page = desk.get(PAGE).text
    assert "Propose the export" in page
    assert "Make a token" not in page
    refused = press(desk, "/reports/testimonies", **CHOSEN)
    assert (refused.status_code, "needs a second lawyer here" in refused.text) == (409, True)
    assert press(desk, "/reports/programs", use="P04 lawyers").status_code == 409

    id = proposed(desk)
    shown = desk.get(f"/en/reports/proposed/{id}").text
    assert 'data-state="waiting"' in shown
    with station.database.reading() as session:
        covered = covered_tids(station, session, organisation)
    assert f'data-covered="{len(covered)}"' in shown
    assert all(tid in shown for tid in covered)
    assert "Approve exactly this" not in shown, "the author does not approve"
    assert press(desk, f"/reports/proposed/{id}/file").status_code == 409
    (digest,) = set(re.findall(r'name="digest" value="([0-9a-f]{64})"', shown))
    assert press(desk, f"/reports/proposed/{id}/approve", digest=digest).status_code == 409

    second(station, organisation, id)
    assert "Save the export" in desk.get(f"/en/reports/proposed/{id}").text
    assert 'data-state="approved"' in desk.get(PAGE).text
    answer = press(desk, f"/reports/proposed/{id}/file")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith('.zip.age"')
    data = io.BytesIO()
    exports.unseal(reader_of(organisation, "lawyer-1"), io.BytesIO(answer.data), data.write)
    with zipfile.ZipFile(data) as archive:
        assert "testimonies.csv" in archive.namelist()
    assert "Export" in desk.get("/en/disclosures").text


def test_a_colleague_sees_every_testimony_and_approves_or_refuses(
    desk: Browser, station: Station, organisation: Organisation
) -> None:
    """The colleague at this desk; the author at another one."""
    reader, day = reader_of(organisation, "lawyer-2"), NOW.date()
    page = desk.get(PAGE).text
    (use,) = re.findall(r'name="use" value="(P04 [^"]+)"', page)
    with station.database.reading() as session:
        found = covered_tids(station, session, organisation)
    ids = [
        approvals.propose(station, reader, exports.use_of(use), "csv", found, sealed=False, day=day) for _ in range(2)
    ]
    waiting = desk.get(PAGE).text.split("data-asked>")[1].split("</ul>")[0]
    assert all(id in waiting for id in ids), "above the form: they wait for this reader"
    shown = desk.get(f"/en/reports/proposed/{ids[0]}").text
    assert all(tid in shown for tid in found)
    assert "Anyone who gets it. It is not sealed." in shown
    (digest,) = set(re.findall(r'name="digest" value="([0-9a-f]{64})"', shown))
    assert press(desk, f"/reports/proposed/{ids[0]}/approve", digest="0" * 64).status_code == 409
    assert press(desk, f"/reports/proposed/{ids[0]}/approve", digest=digest).status_code == 303
    assert 'data-state="approved"' in desk.get(f"/en/reports/proposed/{ids[0]}").text
    assert press(desk, f"/reports/proposed/{ids[0]}/file").status_code == 409, "it is for its author"
    assert press(desk, f"/reports/proposed/{ids[1]}/refuse").status_code == 303
    refused = desk.get(f"/en/reports/proposed/{ids[1]}").text
    assert re.search(r'data-state="refused">.*Refused by a lawyer.*lawyer-1', refused)
    assert "Written down and signed." in refused
    assert "Covered by consent" not in refused
    assert "data-asked" not in desk.get(PAGE).text


def test_the_rule_ends_when_another_lawyer_agrees(desk: Browser, station: Station, organisation: Organisation) -> None:
    press(desk, "/reports/second-lawyer", act="require")
    answer = press(desk, "/reports/second-lawyer", act="relax")
    id = answer.headers["Location"].rpartition("/")[2]
    assert "Propose the export" in desk.get(PAGE).text
    assert "Take it back" in desk.get(f"/en/reports/proposed/{id}").text
    assert "Propose that one lawyer is enough" not in desk.get(PAGE).text, "it is proposed already"
    second(station, organisation, id)
    assert "Save the export" in desk.get(PAGE).text


def test_what_is_not_confirmed_unknown_or_refused_says_so(
    desk: Browser, station: Station, organisation: Organisation
) -> None:
    assert press(desk, "/reports/proposed", **CHOSEN, some="yes").status_code == 409
    assert press(desk, "/reports/proposed", **{**CHOSEN, "seal": "plain"}).status_code == 409
    assert desk.get("/en/reports/proposed/00000000").status_code == 409
    id = proposed(desk)
    second(station, organisation, id, refused=True)
    answer = press(desk, f"/reports/proposed/{id}/file")
    assert (answer.status_code, "was refused" in answer.text) == (409, True)


def test_what_its_author_took_back_is_not_called_refused(desk: Browser) -> None:
    id = proposed(desk)
    assert "data-asked" not in desk.get(PAGE).text, "nobody approves what they proposed"
    assert press(desk, f"/reports/proposed/{id}/refuse").status_code == 303
    for page in (PAGE, f"/en/reports/proposed/{id}"):
        text = desk.get(page).text
        assert "Taken back by its author" in text
        assert "Refused by a lawyer" not in text


def test_a_coordinator_has_no_proposals(browser: Callable[..., Browser]) -> None:
    assert browser("coordinator").get("/en/reports/proposed/00000000").status_code == 403


def covered_tids(station: Station, session: Any, organisation: Organisation) -> list[str]:
    """The testimonies that consent covers for own work."""
    reader = reader_of(organisation, "lawyer-1")
    use = exports.use_of("P04 lawyers")
    return export_accounts.covered(station, session, reader, use, annexes=AnnexIndex(), at=NOW.date())[0]
