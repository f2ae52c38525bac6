"""Who speaks in the journeys of voice, pictures and a change of language: facts of real cases, invented words."""

from __future__ import annotations

from dataclasses import replace

from tests.support.interview.driver import WITH_INTERPRETER
from tests.support.stories.stories import Story

ASKED = ("P01", "P02", "P03", "P04")
INTERPRETER = "ኣስመሮም ቆብዓሰማይ"
RECORDED = Story(
    case=2,
    page="en",
    lang="ti",
    dir="ltr",
    purposes=ASKED,
    hurried=True,
    identity={"w_name": "ለተብርሃን ጽጌወርቂ"},
    circumstances=WITH_INTERPRETER | {"interpreter_name": INTERPRETER},
    text="ዕንቋዝባህረት፥ እዚ ዛንታ እዚ ዝተፈጥረ እዩ። ዓሰርተ ሰባት ኔርና፡ ናብ ዶብ መለሱና፡ ኣብ ጥቓ ድንድል ሓጎግመ።",
    rare=("ዕንቋዝባህረት", "ድንድል ሓጎግመ", INTERPRETER),
)
"""Tigrinya through an interpreter. Told into the microphone, with the gist of it typed."""
KURMANJI_TEXT = "Çilçiroka: ev çîrok çêkirî ye. Em heft kes bûn, li ber pira Xişxişkê em dan zivirandin."
TURKISH_TEXT = "\nFıstıkçırağı: sonra Zıpırdere değirmeninin önünden yürüdük."
CHANGED = replace(
    RECORDED,
    case=1,
    lang="kmr",
    purposes=("P01", "P04"),
    identity={"w_name": "Gulîstan Perperokvan"},
    circumstances=WITH_INTERPRETER,
    text=KURMANJI_TEXT,
    rare=("Çilçiroka", "pira Xişxişkê", "Fıstıkçırağı", "Zıpırdere"),
)
"""Begins in Kurmanji and goes on in Turkish."""
