"""The texts of the interview's scripts, and labels of items that are not fields, in the language of the page."""

from __future__ import annotations

from flask_babel import gettext as _

from testimony.services.typesetting.quick_card import STOPS
from testimony.web.field.interview.capture_text import capture_words
from testimony.web.field.interview.draft_text import draft_words
from testimony.web.field.interview.outbox_text import outbox_words
from testimony.web.text.sentence_states import NAMES


def words() -> dict[str, str]:
    """The texts of the page outside an interview, by the name under which a script asks for them."""
    return _signing_in() | _pins() | draft_words() | outbox_words()


def _signing_in() -> dict[str, str]:
    return {
        "failed": _("Something went wrong on this page. What was saved is kept. Load the page again and go on."),
        "offline_ready": _("This phone is ready to work offline."),
        "language_away": _(
            "This language is not on this phone. Choose it again near the node. If that does not help, close the page "
            "and open it again."
        ),
        "name_and_passphrase": _("Write your name and your passphrase."),
        "passphrase_needed": _("Write your passphrase."),
        "passphrase_wrong": _(
            "This passphrase does not open the keys of this name. Check both and try again; nothing was changed."
        ),
        "tries_wait": _(
            "Because of the wrong tries before, this one waits {time}. Nothing is lost. Leave this page open."
        ),
        "never_here": _("The node is out of reach, and this name never signed in on this phone. Go near the node."),
        "trust_none": _("This phone does not know an organisation yet. Sign in near the node the first time."),
        "trust_foreign": _("This node belongs to another organisation. Do not use it; report it."),
        "trust_broken": _("The list of people and keys from this node is damaged or false. Do not use it; report it."),
        "trust_older": _("The node offers an older list of people and keys. Report it."),
        "offer_foreign": _("This node belongs to another organisation. This phone keeps to its own. Report it."),
        "offer_broken": _("The node offers a false list of people and keys. This phone keeps its own. Report it."),
        "offer_older": _("The node offers an older list of people and keys. This phone keeps its own. Report it."),
        "keys_ended": keys_ended(),
        "pages_renewed": _(
            "The organisation's list of people changed, and this phone took the words that belong to it. Sign in again "
            "and begin."
        ),
        "pages_same": _("The other phone and this one have the same page."),
        "pages_other": _(
            "The other phone has another page. Open the page on both near the node again, and compare once more. If "
            "they still differ, type no passphrase on either, and tell your coordinator."
        ),
        "locked_unsaved": _(
            "The last words are encrypted, but the phone's storage does not take them: this open page alone holds them."
            " Do not close it. Free some space, then unlock."
        ),
        "delete_sure": _("Everything written in it will be gone for ever. Tap once more to delete."),
        "elsewhere": _("This interview is open in another window. Close that one first."),
    }


def _pins() -> dict[str, str]:
    return {
        "pin_digits": _("Write six digits."),
        "pin_guessable": _(
            "Everybody tries this PIN first. Choose six digits that are not all the same and do not count up or down."
        ),
        "pin_differs": _("The two PINs are not the same. Write it again."),
        "pin_wrong": _("This PIN is not right. Tries left: {n}."),
        "pin_gone": _("Five wrong PINs: the PIN is deleted. Your passphrase opens the page."),
        "pin_over": _("The pause lasted too long for the PIN. Your passphrase opens the page."),
    }


def keys_ended() -> str:
    """What a person is told who signed in with keys that the roster ended."""
    sentence: str = _(
        "Headquarters ended the keys of this name or of this phone: nothing new can be sealed with them. What was "
        "sealed before is kept and goes to the node. Unfinished interviews stay on this phone. Take it to your "
        "coordinator."
    )
    return sentence


def interview_words() -> dict[str, str]:
    """The texts of the cards of an interview."""
    return _answering() | capture_words()


def _answering() -> dict[str, str]:
    return {
        "not_saved": _("Not saved: the phone's storage is full or closed. Free some space; do not close the page."),
        "not_saved_yet": _("The last change is not stored yet. It is tried again by itself; do not close the page."),
        "sitting_time": _("{n} min"),
        "answer_needed": _("Choose an answer first."),
        "said_needed": _("Say all of it, then tap “Said”."),
        "answer_or_reason": _("Choose an answer, or say why there is none."),
        "explain_again": _("Explain it again in other words, then ask again."),
        "ask_once": _("Next again keeps it."),
        "not_read": _(
            "Not read to the witness yet: {parts}. That is all right if the witness does not want it. To go on, tap "
            "Next again."
        ),
        "read_nothing": _(
            "Nothing was read to the witness yet. That is all right if the witness does not want it. To go on, tap "
            "Next again."
        ),
        "map_nothing": _("No border is near enough. Touch closer to a line, or search by name."),
        "answers_count": _("Answers: {n}"),
        "words_count": _("Words: {n}"),
        "correct": _("Correct"),
        "not_possible": _("This answer is not possible here."),
        "wrong_interpreter_absent": _("An interpreter helps, but nobody else is present. Which one is right?"),
        "wrong_row": _("One line is not complete. Fill it in or take it away."),
        "wrong_point": _("Write the latitude, a comma and the longitude, for example 41.675, 26.555."),
        "wrong_decimal": _("Write one number in digits, for example 3.5."),
        "wrong_offered": _("This answer does not go with an earlier one. Choose again, or correct the earlier one."),
        "wrong_exclusive": _("One of these answers can only stand alone."),
        "few_lawyers": _(
            "The organisation has fewer than two active lawyers, so nothing can be sealed for them. Speak with your"
            " coordinator, or ask the witness whether to leave the lawyers out."
        ),
        "too_long": _(
            "The account is too long for one testimony. Keep here what belongs together and take the rest down as a"
            " second testimony; nothing was sealed and nothing is lost."
        ),
        **{f"state_{state.code}": _(said) for state, said in NAMES.items()},
        "play": _("Play"),
        "play_again": _("Play again"),
        "play_answers": _("Play yes and no"),
        "play_card": _("Play the whole card"),
        "play_options": _("Play the answers"),
        "sound_missing": _(
            "This recording is not on this phone, or cannot be played. Read it out, or go near the node and try again."
        ),
        "sound_kept": _("sound kept"),
        "sound_not_kept": _("sound not kept yet"),
        "sounds_no_room": _(
            "The phone's storage has no room for the recordings in these languages: {languages}. Free some space, or "
            "read the words out."
        ),
        "said_missing": _(
            "The words in this language are not on this phone. Go near the node and choose it again, or choose another "
            "language. Nothing is lost."
        ),
        "media_damaged": _(
            "One recording, picture or file cannot be read in full. Delete it, then seal again. Nothing was sealed, "
            "and nothing else is lost."
        ),
        "sealing_stopped": _("Sealing was stopped. Nothing was sealed, and the interview is as it was."),
        "words_changed": _(
            "The words of consent changed since this interview began. What changed is said and asked again."
        ),
        "come_back_begun": _(
            "An interview with this witness is not finished. Go on with it on the first page, or delete it there."
        ),
        "words_old": _(
            "The list of people changed, so nothing can be sealed to those whom these words name. Go near the node, "
            "close this page, open it again and go on."
        ),
        "signature_drawn": _("The line is kept, encrypted."),
        "signature_full": _("No more lines fit in. Clear the field and sign once more."),
        "code_matches": _("It matches."),
        "code_differs": _("It does not match. Compare every group again."),
        "code_compare": _(
            "First compare the witness's copy: type its last group, or tick that you compared all of it."
        ),
        "until": _("until"),
        "no_limit": _("no time limit"),
        "why_refused": _("the witness said no"),
        "why_not_asked": _("not asked"),
        "why_child": _("not possible for somebody under 18"),
        "why_void": _("needs another yes, which is not there"),
        "reader_nobody": _("nobody"),
        "reader_coordinators": _("coordinators"),
        "reader_lawyers": _("lawyers"),
    }


def stop_names() -> dict[str, str]:
    """The stops of a sitting, in order."""
    return {stop: _(name) for stop, (name, _line) in STOPS.items()}


def section_names() -> dict[str, str]:
    """Sections of the page that are not sections of the form."""
    return {
        "start": _("Start"),
        "told": _("What the witness must hear"),
        "purposes": _("Yes or no, one by one"),
        "teach": _("In the witness's words"),
        "talk": _("About this talk"),
        "voice": _("Record the voice"),
        "facts": _("The facts"),
        "pictures": _("Pictures"),
        "closing": _("Read back and seal"),
    }


def map_views() -> dict[str, str]:
    """The parts of the world that the map of borders shows one at a time."""
    return {
        "balkans": _("The Balkans and the Aegean"),
        "eastern_europe": _("Eastern Europe"),
        "mediterranean": _("The Mediterranean and Western Europe"),
        "western_asia": _("Western Asia"),
        "eastern_asia": _("South-East Asia and Australia"),
        "americas": _("The Americas"),
    }


def compartment_names() -> tuple[tuple[str, str], ...]:
    """(part, what is in it) as the card says it that shows who will read what."""
    return (
        ("narrative", _("The person's own words:")),
        ("identity", _("Name and contact:")),
        ("incident", _("All facts:")),
        ("coded", _("Some of the facts, without exact days and numbers:")),
        ("consent", _("What was agreed:")),
        ("provenance", _("Who took it down:")),
    )
