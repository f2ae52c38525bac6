"""Questionnaires and the authority that a roster names: kept by hash, put in force whole, refused one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from testimony.certificates.authority import pem
from testimony.certificates.errors import CertificateRefused
from testimony.certificates.request import Request
from testimony.questionnaire.form import Form
from testimony.questionnaire.xlsform.reader import read
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.trusted_files import Trust, TrustedFile, cut
from testimony.services.certificates import store as certificate_store
from testimony.services.roster import adoption as roster_adoption
from testimony.services.roster import trusted_files
from testimony.services.wordings import questionnaires
from testimony.station.station import Station
from tests.support.certificates.authorities import NOW, authority
from tests.support.questionnaire.sample import WORKBOOK
from tests.support.services.world import World


@pytest.fixture(scope="module")
def sample() -> Form:
    form = read(WORKBOOK.read_bytes()).form
    assert form is not None
    return form


@pytest.fixture
def named(world: World) -> Callable[..., dict[str, str]]:
    """A function that has a station adopt a roster that names these files, and gives it their pieces."""

    def name(station: Station, *files: tuple[str, bytes], form: str | None = None, **more: Any) -> dict[str, str]:
        trust = Trust(form=form, files=tuple(TrustedFile.from_bytes(kind, data) for kind, data in files), **more)
        record = world.next_roster(trust=trust.describe())
        with station.database.transaction() as session:
            roster_adoption.adopt(station, session, record)
        assert all(trusted_files.keep(station, piece) for _, data in files for piece in cut(data))
        return trusted_files.settle(station)

    return name


def test_a_questionnaire_that_the_roster_names_is_asked(world: World, sample: Form, named: Any) -> None:
    node = world.node()
    assert named(node, ("form", sample.definition), form=sample.sha256) == {}
    assert questionnaires.in_force(node).sha256 == sample.sha256
    assert trusted_files.lacking(node) == []
    assert named(node, ("form", sample.definition), form=Form.load().sha256) == {}
    assert questionnaires.in_force(node) == Form.load()
    assert questionnaires.find(node.settings.home, sample.sha256) is not None


def test_one_that_is_only_named_becomes_readable_and_is_not_asked(world: World, sample: Form, named: Any) -> None:
    node = world.node()
    assert named(node, ("form", sample.definition)) == {}
    assert questionnaires.in_force(node) == Form.load()
    assert questionnaires.find(node.settings.home, sample.sha256) is not None


def test_central_keeps_it_for_others_and_asks_nothing(world: World, sample: Form, named: Any) -> None:
    central = world.central()
    assert named(central, ("form", sample.definition), form=sample.sha256) == {}
    assert not (central.settings.home / "forms").exists()
    (piece,) = cut(sample.definition)
    assert trusted_files.read_piece(central, TrustedFile.from_bytes("form", piece).pieces[0]) == piece


def test_what_the_roster_does_not_name_is_not_kept(world: World) -> None:
    node = world.node()
    assert not trusted_files.keep(node, b"something")
    assert trusted_files.read_piece(node, "ab" * 32) is None
    assert not (node.settings.home / "trust").exists()


def test_a_damaged_piece_counts_as_lacking(world: World, sample: Form, named: Any) -> None:
    node = world.node()
    named(node, ("form", sample.definition))
    (file,) = (node.settings.home / "trust").iterdir()
    file.write_bytes(b"damaged")
    assert trusted_files.lacking(node) == [file.name]
    assert trusted_files.keep(node, sample.definition)
    assert trusted_files.lacking(node) == []


def test_a_bad_file_is_named_and_holds_up_no_other(world: World, sample: Form, named: Any) -> None:
    node = world.node()
    bad = b'{"not":"a questionnaire"}'
    refused = named(node, ("form", bad), ("form", sample.definition), ("ca", b"no certificate"), form=sample.sha256)
    assert sorted(refused.values()) == ["certificate.refused", "questionnaire.unreadable"]
    assert questionnaires.in_force(node).sha256 == sample.sha256


def test_a_first_certificate_must_come_from_the_authority_that_the_roster_names(world: World, named: Any) -> None:
    node, ours, other = world.node(), authority(), authority()
    assert named(node, ("ca", pem(ours.certificate))) == {}
    home = node.settings.home
    asked = Request.parse(certificate_store.ask(home))
    with pytest.raises(CertificateRefused) as caught:
        certificate_store.install(home, certificate_store.sign(other, asked, now=NOW), now=NOW)
    assert caught.value.reason == "other-authority"
    assert certificate_store.install(home, certificate_store.sign(ours, asked, now=NOW), now=NOW).root_pem == pem(
        ours.certificate
    )


def test_a_roster_whose_trust_has_not_its_form_is_not_adopted(world: World) -> None:
    node, record = world.node(), world.next_roster(trust={"files": "none"})
    with pytest.raises(RosterRefused), node.database.transaction() as session:
        roster_adoption.adopt(node, session, record)
    assert node.chain.latest.no == 1


def test_languages_that_headquarters_reads_out_in_other_sentences_are_said(world: World, named: Any) -> None:
    node = world.node()
    named(node, scripts={"ps": "ab" * 32})
    assert trusted_files.other_scripts(node) == ["ps"]
