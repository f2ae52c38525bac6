"""Labels of consent shared by field and desk: guardians, safe contact methods, kinds of help and their outcomes."""

from __future__ import annotations

from testimony.errors import N_

GUARDIANS = {
    "parent": N_("Mother or father"),
    "sibling": N_("Grown-up sister or brother"),
    "relative": N_("Another relative"),
    "appointed": N_("Guardian named by an authority"),
    "other": N_("Somebody else who cares for the child"),
}
CONTACT_WAYS = {
    "call": N_("By call"),
    "message": N_("By message"),
    "person": N_("In person, here"),
    "other": N_("Through somebody the person trusts"),
    "no_voice": N_("Leave no message"),
    "no_name": N_("Do not say who we are"),
    "day": N_("Only by day"),
    "evening": N_("Only in the evening"),
}
KINDS = {
    "medical": N_("Doctor"),
    "protection": N_("Protection"),
    "legal": N_("Lawyer"),
    "tracing": N_("Missing people"),
    "psychosocial": N_("Somebody to talk to"),
    "shelter": N_("A safe place"),
}
KIND_ICONS = {
    "medical": "heart", "protection": "shield", "legal": "scales", "tracing": "search", "psychosocial": "people",
    "shelter": "office",
}  # fmt: skip
OFFERS = {
    "offered": N_("offered"),
    "accepted": N_("wanted"),
    "declined": N_("not wanted"),
}
NAMES_SHOWN = {
    "full": N_("Full name"),
    "initials": N_("First letters"),
    "none": N_("No name"),
}
PICTURES = {
    "injury": N_("Injury"),
    "document": N_("Paper"),
    "place": N_("Place"),
    "other": N_("Picture"),
}
TOLD = {
    "who": N_("Who we are"),
    "why": N_("Why we ask"),
    "what_written": N_("What is written, and for how long"),
    "help_apart": N_("Help does not depend on it"),
    "no_promises": N_("No promises"),
    "skip_stop": N_("Skip, pause, stop"),
    "who_reads": N_("Who reads it, and where it is kept"),
    "asked_apart": N_("Each use is asked apart"),
    "risks": N_("The risks"),
    "secrecy_limits": N_("The limits of secrecy"),
    "change_mind": N_("How to have it deleted"),
    "no_undo": N_("What cannot be undone"),
    "ask_again": N_("When we ask again"),
    "help_complain": N_("Help now, and how to complain"),
    "ticked": N_("What the ticked answers tell"),
}
TEACH_BACK = {
    "q1": N_("What happens with the story"),
    "q2": N_("Who can read it"),
    "q3": N_("What to do after a change of mind"),
}
FIELDS = {
    "guardian_name": N_("Name of the guardian"),
    "guardian_relation": N_("Who the guardian is"),
    "contact_safe": N_("How contact is safe"),
    "adults_names": N_("Focal point and second adult"),
}
