"""Who speaks in the journey: the facts are six real cases, the names and the words are invented and harmless."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.interview.driver import TALK, WITH_INTERPRETER

CASES: dict[int, dict[str, Any]] = {
    each["case"]: each["codes"]
    for each in json.loads(Path(__file__).with_name("coded-cases.json").read_text("utf-8"))["cases"]
}
SAFE = {"safety_private": "yes", "safety_officer": "no", "safety_urgent": "no", "safety_return": "no"}
ADULT = {"cs_age": "adult"}
EVERYTHING = ("P01", "P04", "P06", "P07")
NUMBERS = ("P01", "P06")
KEEPING = ("P01",)


@dataclass(frozen=True, kw_only=True)
class Story:
    """One witness. `page`: the interviewer's language, `lang`: the witness's, `rare`: words that nobody else writes."""

    case: int
    page: str
    lang: str
    dir: str
    purposes: tuple[str, ...]
    text: str
    rare: tuple[str, ...]
    identity: Mapping[str, str] = field(default_factory=dict)  # asked only where P04 stands
    place: str = ""
    circumstances: Mapping[str, Any] = field(default_factory=lambda: WITH_INTERPRETER)
    safety: Mapping[str, str] = field(default_factory=lambda: SAFE)
    opening: Mapping[str, str] = field(default_factory=lambda: ADULT)  # who may agree: cards before what is told
    more: Mapping[str, Any] = field(default_factory=dict)  # answers beside the case's, or instead of them
    hurried: bool = False  # only what is needed is asked

    @property
    def codes(self) -> dict[str, Any]:
        """The facts of the case, as its coders wrote them."""
        return CASES[self.case]

    @property
    def answers(self) -> dict[str, Any]:
        """All that the interviewer enters after the consent."""
        said = {"w_lang": self.lang, "n_text": self.text, **self.identity}
        return {**self.codes, **said, **({"i_loc_text": self.place} if self.place else {}), **self.more}

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be found on no disk."""
        return (*self.rare, *self.identity.values(), *((self.place,) if self.place else ()))


ARABIC = Story(
    case=1,
    page="ar",
    lang="ar",
    dir="rtl",
    purposes=EVERYTHING,
    identity={"w_name": "ليان زهرقنديل", "w_contact": "عند مخبز قرمشان الأزرق"},
    place="تلة الخرنوب المعكوس",
    text="طنجرينوس: هذه رواية مختلقة للاختبار. كنا سبعة نمشي في الغابة، فنادانا رجال ملثمون، وطلبنا الحماية فلم يجبنا "
    "أحد.\nثم مشينا 3 كيلومترات إلى الجانب الآخر، وأعادوا لنا أغراضنا عند بركة السندلوف.",
    rare=("طنجرينوس", "بركة السندلوف"),
)
DARI = Story(
    case=2,
    page="fr",
    lang="prs",
    dir="rtl",
    purposes=EVERYTHING,
    identity={"w_name": "گلناز پروانه‌بند", "w_contact": "نزد نانوایی ستاره‌پز"},
    text="چلچراغک: این قصه ساختگی است. ما ده نفر بودیم و خودمان رفتیم تا پناهندگی بخواهیم. گفتند بلی، باز ما را در بس "
    "نشاندند و تیز راندند تا سرحد، نزدیک پل خارپشتک.",
    rare=("چلچراغک", "پل خارپشتک"),
)
FRENCH = Story(
    case=3,
    page="en",
    lang="fr",
    dir="ltr",
    purposes=EVERYTHING,
    identity={"w_name": "Mirabelle d’Outrevague", "w_contact": "café du Pélicanard, demander Zoé"},
    place="au large de l’îlot Grifoulet",
    text="Coquelinade : ce récit est inventé. « Aidez-nous », avons-nous dit <b>trois</b> fois & personne n’a répondu. "
    "Ils ont pris le moteur ; nous étions quarante.\n\tPuis le radeau a dérivé 🕊 jusqu’au phare de Brindazur.",
    rare=("Coquelinade", "phare de Brindazur"),
)
SPANISH = Story(
    case=4,
    page="ar",
    lang="es",
    dir="ltr",
    purposes=NUMBERS,
    text="Tarambolina: este relato es inventado. Entraron en el campamento por la mañana, éramos veinte; nos llevaron "
    "en autobús y nos hicieron pasar por la puerta de Quijarillo.",
    rare=("Tarambolina", "puerta de Quijarillo"),
)
ENGLISH = Story(
    case=5,
    page="ar",
    lang="en",
    dir="ltr",
    purposes=KEEPING,
    text="Wimblethorpe: this account is invented. We were nine at the river, and one of us did not come out of it. "
    "They handed us over, and we walked on past the mill at Cranberdale.",
    rare=("Wimblethorpe", "mill at Cranberdale"),
    circumstances=TALK,
)
TAKEN_BACK = Story(
    case=6,
    page="en",
    lang="ar",
    dir="rtl",
    purposes=EVERYTHING,
    identity={"w_name": "سهيل قمرستان"},
    text="زعفرانيوس: رواية مختلقة يندم صاحبها قبل أن تُختم، فلا يبقى منها شيء، ولا حتى جسر الكرزون.",
    rare=("زعفرانيوس", "جسر الكرزون"),
)
KEPT = (ARABIC, DARI, FRENCH, SPANISH, ENGLISH)
TOLD = (*KEPT, TAKEN_BACK)
