"""Texts about unfinished interviews: what a draft is waiting for, and what happened to an overdue one."""

from __future__ import annotations

from flask_babel import gettext as _


def draft_words() -> dict[str, str]:
    """By the name under which a script asks for them; `draft_STATE` is why a draft cannot be gone on with."""
    return _states() | _doubts() | _notices()


def _states() -> dict[str, str]:
    return {
        "draft_go_on": _("Go on with it"),
        "draft_ask_node": _("Ask the node"),
        "draft_no_date": _("at a time that cannot be read"),
        "draft_share": _(
            "Waits for the node, which keeps half of its key. Nothing is lost. Go near the node: it opens there by "
            "itself."
        ),
        "draft_busy": _(
            "The node is busy. Nothing is lost. This page asks it again by itself and opens the interview."
        ),
        "draft_elsewhere": _(
            "Waits for the node where it was begun, which keeps half of its key. Nothing is lost. Go near that node."
        ),
        "draft_gone": _(
            "The node destroyed its half of the key: the phone was said to be lost, or two months have passed. It "
            "cannot be read any more. Only deleting it is possible."
        ),
        "draft_closed": _(
            "It was begun with an older passphrase and cannot be read any more. Only deleting it is possible."
        ),
        "draft_unreadable": _(
            "It cannot be read: what this phone keeps of it is damaged. Nothing was written over it. Speak with your "
            "coordinator before you delete it."
        ),
        "draft_lost": _(
            "It cannot be read: the browser threw its storage away or damaged it. Load the page again. If that does "
            "not help, speak with your coordinator before you delete it."
        ),
    }


def _doubts() -> dict[str, str]:
    return {
        "share_lacks": _(
            "No key of the node is left for this interview, so your passphrase alone protects it until the node is "
            "near."
        ),
        "draft_sitting": _("Your passphrase opens it until {time}, also away from the node. Then it needs the node."),
        "pause_sitting": _(
            "If this page is closed, your passphrase opens this interview until {time}. After that the node must be "
            "near."
        ),
        "draft_alone": _("Protected by your passphrase alone until the node is near again."),
        "draft_clock": _(
            "It is not clear how old this interview is: the clock of this phone is wrong, or was. Set it. Then go on, "
            "seal what there is, or delete it."
        ),
        "draft_lawyers": _(
            "Older than a day, but it cannot be sealed: the organisation has fewer than two active lawyers. Speak with "
            "your coordinator."
        ),
        "draft_revoked": _(
            "Older than a day, but it cannot be sealed: headquarters ended the keys of this name or of this phone. It "
            "stays here. Speak with your coordinator."
        ),
        "draft_consent": _(
            "Older than a day. The person agreed to be recorded, but something about that consent is missing. Open it "
            "and ask, or delete it."
        ),
        "draft_words": _(
            "Older than a day. Those who were named to the person cannot read it any more. Open it and ask again, or "
            "delete it."
        ),
        "asked_earlier": _("Asked in an earlier form"),
        "draft_media": _(
            "Older than a day, but a recording or picture in it cannot be read any more. Open it, delete that one, "
            "then seal it."
        ),
        "draft_size": _("Older than a day, but too long for one testimony. Open it and shorten it, then seal it."),
    }


def _notices() -> dict[str, str]:
    return {
        "overdue_sealed": _(
            "The interview begun {begun} was older than a day. It was sealed as far as it came, since the person had "
            "agreed. It lies with the sealed testimonies; nobody can add to it."
        ),
        "overdue_destroyed": _(
            "The interview begun {begun} was older than a day. It was deleted, since nobody had agreed that it is kept."
            " One refusal is counted, without a word of content."
        ),
    }
