"""What an error of sync carries besides its sentence: by it callers decide what goes on."""

from __future__ import annotations

import pytest

from testimony.errors import NotDelivered
from testimony.services.monitoring.errors import MAIL_SENTENCES
from testimony.sync.errors import (
    BundleRefused,
    ContainerTorn,
    MailNotSent,
    QuotaReached,
    StationRefused,
    StationsMixed,
)


@pytest.mark.parametrize("rule", [*StationRefused.RULES, "a rule of a later version"])
def test_a_refusal_has_its_rule_and_the_sentence_of_it(rule: str) -> None:
    error = StationRefused(rule)
    assert (error.rule, error.sentence) == (rule, StationRefused.RULES.get(rule, NotDelivered.sentence))


def test_mixed_servers_are_a_refused_nonce_with_a_sentence_of_their_own() -> None:
    error = StationsMixed(url="http://central.example")
    assert (error.rule, error.sentence) == ("nonce", StationsMixed.SENTENCE)
    assert "http://central.example" in str(error)


def test_a_share_that_is_used_up_says_when_to_go_on() -> None:
    assert [QuotaReached().retry_after, QuotaReached(7).retry_after] == [3600, 7]


def test_a_torn_container_says_why_and_where() -> None:
    error = ContainerTorn("structure", 12)
    assert (error.rule, error.offset) == ("structure", 12)


@pytest.mark.parametrize("reason", BundleRefused.REASONS)
def test_a_bundle_is_refused_for_a_reason(reason: str) -> None:
    assert (BundleRefused(reason).reason, str(BundleRefused(reason))) == (reason, BundleRefused.REASONS[reason])


@pytest.mark.parametrize("reason", MAIL_SENTENCES)
def test_an_e_mail_that_was_not_sent_says_why(reason: str) -> None:
    assert (MailNotSent(reason).reason, str(MailNotSent(reason))) == (reason, MAIL_SENTENCES[reason])
