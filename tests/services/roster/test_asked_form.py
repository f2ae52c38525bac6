"""A questionnaire becomes the one that field stations ask by a proposal that the roots sign, and its file is there."""

from __future__ import annotations

import json

import pytest

from testimony import canonical
from testimony.questionnaire import definition
from testimony.questionnaire.errors import QuestionnaireRefused, QuestionnaireUnreadable
from testimony.questionnaire.form import DEPTH, Form
from testimony.questionnaire.xlsform.reader import read
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.trusted_files import FORM as FORM_FILE
from testimony.sealing.roster.trusted_files import MOST_FILES, Trust, TrustedFile
from testimony.services.roster import adoption, asked_form, proposals, trusted_files
from testimony.services.roster.proposals import FORM, Wish
from testimony.services.wordings import questionnaires
from testimony.services.wordings.errors import QuestionnaireTaken
from testimony.station.station import Station
from tests.support.questionnaire.sample import WORKBOOK
from tests.support.services.release.proposals import VERA, hand_in, prepare, propose, signed
from tests.support.services.world import World


@pytest.fixture(scope="module")
def sample() -> Form:
    form = read(WORKBOOK.read_bytes()).form
    assert form is not None
    return form


def wish(form: Form) -> Wish:
    return Wish(act=FORM, id=form.id, request=form.definition.decode())


def changed(form: Form, **values: object) -> Form:
    return definition.parse(canonical.encode({**form.value, **values}, depth=DEPTH))


def published(world: World, central: Station, form: Form) -> None:
    id = prepare(central, wish(form))
    hand_in(central, id, signed(central, id, world.roots[:2]).encode())


@pytest.mark.both_databases
def test_it_is_asked_once_the_roots_signed_and_its_pieces_are_there_for_stations(
    world: World, central: Station, sample: Form
) -> None:
    id = prepare(central, wish(sample))
    assert asked_form.in_force(central) == Form.load()
    hand_in(central, id, signed(central, id, world.roots[:2]).encode())
    assert asked_form.in_force(central) == sample
    assert trusted_files.lacking(central) == []
    node, named = world.node(), Trust.from_roster(central.chain.latest)
    adoption.adopt_all(node, central.chain.records[-1:])
    for piece in named.forms[0].pieces:
        assert trusted_files.keep(node, trusted_files.read_piece(central, piece) or b"")
    assert trusted_files.settle(node) == {}
    assert questionnaires.in_force(node) == sample


def test_who_signs_reads_its_hash_and_nothing_else(central: Station, sample: Form) -> None:
    id = propose(central, wish(sample))
    with central.database.reading() as db:
        (change,) = proposals.refresh_and_show(central, db, id).changes
    assert (change.kind, change.grave, change.values["sha256"]) == ("form", True, sample.sha256)


def test_the_shipped_one_comes_back_without_a_file(world: World, central: Station, sample: Form) -> None:
    published(world, central, sample)
    published(world, central, Form.load())
    assert asked_form.in_force(central) == Form.load()
    assert [one.sha256 for one in Trust.from_roster(central.chain.latest).forms] == [sample.sha256]


def test_without_its_file_nothing_is_said_to_be_asked(world: World, central: Station, sample: Form) -> None:
    published(world, central, sample)
    for piece in (central.settings.home / "trust").iterdir():
        piece.unlink()
    assert asked_form.in_force(central) is None


def test_other_content_under_its_name_is_refused(world: World, central: Station, sample: Form) -> None:
    other = changed(sample, title="Another title") if "title" in sample.value else changed(sample, path=[])
    asked_form.require_new_name(central, other)
    published(world, central, sample)
    asked_form.require_new_name(central, sample)
    with pytest.raises(QuestionnaireTaken):
        asked_form.require_new_name(central, other)


def test_one_that_this_version_cannot_read_keeps_nobody_from_proposing_another(
    world: World, central: Station, sample: Form
) -> None:
    later = TrustedFile.from_bytes(FORM_FILE, b'{"v":"testimony/2/form"}')
    trust = Trust(form=later.sha256, files=(later,))
    adoption.adopt_all(central, [world.next_roster(trust=trust.describe())])
    assert trusted_files.keep(central, b'{"v":"testimony/2/form"}')
    assert asked_form.in_force(central) is None
    published(world, central, sample)
    assert asked_form.in_force(central) == sample


def test_two_contents_under_one_name_are_refused_in_one_proposal(central: Station, sample: Form) -> None:
    id = propose(central, wish(sample))
    with pytest.raises(QuestionnaireTaken):
        propose(central, wish(changed(sample, path=[])))
    with central.database.reading() as db:
        assert [one.request for one in proposals.refresh_and_show(central, db, id).wishes] == [wish(sample).request]


def test_a_name_that_another_proposal_took_meanwhile_is_refused_before_anybody_signs(
    world: World, central: Station, sample: Form
) -> None:
    late = propose(central, wish(changed(sample, path=[])))
    with central.database.transaction() as db:
        first = proposals.wish_alone(central, db, wish(sample), VERA)
    hand_in(central, first, signed(central, first, world.roots[:2]).encode())
    with central.database.transaction() as db, pytest.raises(QuestionnaireTaken):
        proposals.settle(central, db, late, VERA)
    with central.database.reading() as db:
        assert isinstance(proposals.refresh_and_show(central, db, late).trouble, QuestionnaireTaken)


def test_what_is_no_questionnaire_or_breaks_a_rule_is_refused_when_it_is_proposed(
    central: Station, sample: Form
) -> None:
    with pytest.raises(QuestionnaireUnreadable):
        propose(central, Wish(act=FORM, id="x", request="{}"))
    fields = json.loads(json.dumps(sample.value["fields"]))
    own = next(name for name, field in fields.items() if name == name.lower() and field["export"] == "never")
    fields[own]["export"] = "codes"
    with pytest.raises((QuestionnaireRefused, QuestionnaireUnreadable)):
        propose(central, wish(changed(sample, fields=fields)))
    with central.database.reading() as db:
        assert proposals.listed(central, db) == []


def test_more_files_than_a_roster_names_are_refused(central: Station, sample: Form) -> None:
    files = [TrustedFile.from_bytes(FORM_FILE, b"%d" % number).describe() for number in range(MOST_FILES)]
    draft = {"trust": {"files": files}}
    with pytest.raises(RosterRefused):
        asked_form.add(central, draft, sample.definition)
    assert draft == {"trust": {"files": files}}
