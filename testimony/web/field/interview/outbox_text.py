"""The texts of the outbox scripts: states, reasons, files and free space, in the language of the page."""

from __future__ import annotations

from flask_babel import gettext as _

from testimony.domain.testimony.questions import WORDS, Ask, Say
from testimony.web.text import question_labels


def outbox_words() -> dict[str, str]:
    """By the name under which a script asks for them. {n}, {of}, {piece}, {pieces} and {day} are filled in by it."""
    return _states() | _asked() | _taking_back() | _reasons() | _carrying() | _keeping()


def _states() -> dict[str, str]:
    return {
        "sealed": _("Sealed. Nobody can read it on this phone, not even you."),
        "state_waiting": _("on this phone"),
        "state_node": _("on the node"),
        "state_headquarters": _("at headquarters"),
        "state_desk": _("at the desk, says headquarters"),
        "state_withdrawn": _("the node says: deleted, because it was taken back or its time is over"),
        "state_refused": _("on this phone, not taken"),
        "state_refusal": _("a refusal, on this phone"),
        "outbox_waiting": _("Waiting on this phone: {n}"),
        "outbox_all_gone": _("Nothing waits on this phone."),
        "sending": _("Delivering {n} of {of}"),
        "sending_piece": _("Delivering {n} of {of}: recordings and files, piece {piece} of {pieces}"),
        "media_waits": _("With recordings and files in {of} pieces, which go after the words."),
        "media_words_safe": _(
            "The words are safe. Of {of} pieces of recordings and files {n} are still on this phone."
        ),
        "node_away": _("The node is out of reach. Everything stays here and goes by itself when it is near."),
        "saved_on": _("Also in a file of {day}."),
    }


def _asked() -> dict[str, str]:
    """What lawyers ask about a testimony, in the words that the node's page has too, and what is answered."""
    return {
        **{f"question_{code}": question_labels.asked(code) for code in (*Ask, WORDS)},
        **{f"answer_{code}": question_labels.answer_label(code) for code in Say},
        "question_newer": question_labels.asked(""),
        "answer_newer": question_labels.answer_label(""),
        "question_asked": _("A lawyer asks, on {day}:"),
        "answer_given": _("Answered on {day}: {answer}"),
        "answer_signed": _("Signed. The lawyers see it as soon as it arrives."),
        "answer_keys": _("Sign in first: this phone signs the answer."),
        "answer_empty": _("Write the answer first."),
        "answer_answered": _("This question was answered already. Nothing was signed."),
        "words_answered": _("This question was answered already. Nothing was signed. What you wrote is still here."),
        "answer_closed": _("This question is closed by now. Nothing was signed."),
        "words_closed": _("This question is closed by now. Nothing was signed. What you wrote is still here."),
        "answer_no_lawyer": _("The roster has no lawyer who could read it. Tell your coordinator."),
        "question_keys": _("Sign in first: your keys open the question."),
        "question_not_yours": _(
            "Your keys do not open this question. If a colleague sealed this testimony, let them sign in and read it."
            " If it was you, press the button below. It tells the lawyers."
        ),
        "question_forged": _("No lawyer of the roster signed this question. Do not answer it. Tell your coordinator."),
        "state_answer_waiting": _("an answer to the lawyers, on this phone"),
    }


def _taking_back() -> dict[str, str]:
    withdrawal = {
        "waiting": _("a withdrawal, on this phone: it goes before everything else"),
        "node": _("a withdrawal, on the node"),
        "headquarters": _("a withdrawal, at headquarters"),
        "desk": _("a withdrawal, at the desk, says headquarters"),
    }
    request = {
        "waiting": _("a request to the lawyers, on this phone"),
        "node": _("a request to the lawyers, on the node"),
        "headquarters": _("a request to the lawyers, at headquarters"),
        "desk": _("a request to the lawyers, at the desk, says headquarters"),
    }
    uses = {
        "waiting": _("single uses taken back, on this phone: it goes before everything else"),
        "node": _("single uses taken back, on the node"),
        "headquarters": _("single uses taken back, at headquarters"),
        "desk": _("single uses taken back, at the desk, says headquarters"),
    }
    return {
        **{f"state_withdraw_{state}": said for state, said in withdrawal.items()},
        **{f"state_uses_{state}": said for state, said in uses.items()},
        **{f"state_request_{state}": said for state, said in request.items()},
        "state_taken": _("taken back by the witness"),
        "row_nth": _("No. {n} of {day}"),
        "row_same_witness": _("Same witness: {rows}"),
        "others_stay": _(
            "Only this testimony is withdrawn. Ask the witness whether these shall be deleted too: {rows}"
        ),
        "take_back_keys": _("Sign in first: this phone signs it for the witness."),
        "uses_none": _("Nothing is ticked."),
        "uses_taken": _("Taken back. It counts everywhere as soon as it arrives."),
        "given_back": _("A lawyer and a coordinator say that the withdrawal was false. It is kept and read again."),
        "request_empty": _("Write first what helps to find it."),
        "request_no_lawyer": _("The roster has no lawyer who could read it. Tell your coordinator."),
        "request_sealed": _("Sealed. The lawyers are told as soon as it arrives; nobody else can read it."),
    }


def _reasons() -> dict[str, str]:
    """Why a node did not take something; for any other rule there is `rule_other`."""
    keep = _("It stays here; show it to your coordinator.")
    return {
        "rule_other": _("The node did not take it.") + " " + keep,
        "rule_signer.inactive": _("This phone is not active in the roster.") + " " + keep,
        "rule_signer.unknown": _("The node does not know this phone.") + " " + keep,
        "rule_roster.unknown": _("The node lacks the newest roster. It takes this later, by itself."),
        "rule_version.newer": _("The node is too old for it. It takes this when it has been updated."),
        "rule_full": _(
            "The node has no room for the recordings and files. They stay here and go later, by themselves."
        ),
        "rule_damaged.here": _("The copy on this phone is damaged.") + " " + keep,
    }


def _carrying() -> dict[str, str]:
    return {
        "file_saved": _(
            "Saved: {name}, with {n} sealed inside. Bring the file to any node; it has a page for it. All of it stays"
            " on this phone too, until the receipts are read here."
        ),
        "file_nothing": _("Nothing waits here, so there is nothing to save."),
        "receipts_read": _("Receipts read. Moved on: {n}."),
        "receipts_nothing": _("This file proves nothing that this phone did not know. Everything stays as it was."),
    }


def _keeping() -> dict[str, str]:
    return {
        "room_low": _("The phone's storage is nearly full. Deliver what waits and free some space today."),
        "room_none": _(
            "There is not enough room on this phone for an interview. Deliver what waits and delete pictures or"
            " programs that nobody needs; then begin. Nothing is lost."
        ),
        "room_seal": _(
            "The phone's storage is full, so it was not sealed. Nothing is lost: free some space without closing this"
            " page, then seal again."
        ),
    }
