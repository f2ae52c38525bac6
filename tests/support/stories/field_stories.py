"""Who speaks in the interviewers' journeys: facts of the real cases or invented ones, names and words invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from testimony.questionnaire.form import Form
from tests.support.interview.driver import TALK, WITH_INTERPRETER
from tests.support.stories.answers import Inventor
from tests.support.stories.stories import DARI, EVERYTHING, NUMBERS, Story

PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
INTERPRETER = "فرشته زنبورکچی"
CHILD = {"cs_age": "minor", "cs_guardian": "yes", "cs_assent": "yes"}
ALONE = {"cs_age": "alone", "cs_assent": "yes", "cs_focal_point": "yes", "cs_second_adult": "yes"}


def whole() -> Story:
    """The Dari case, with something invented for every question that its coders left open. Counts in Dari numerals."""
    inventor = Inventor(Form.load().value, seed=20)
    known = {"w_lang", "n_text", *DARI.codes, *DARI.identity}
    more: dict[str, Any] = inventor.rest(dict.fromkeys(known))
    more["g_size"] = str(DARI.codes["g_size"]).translate(PERSIAN)
    heard = DARI.circumstances | {"interpreter_name": INTERPRETER}
    return replace(DARI, more=more, rare=(*DARI.rare, INTERPRETER, *inventor.secrets), circumstances=heard)


GUARDED = Story(
    case=4,
    page="fr",
    lang="fr",
    dir="ltr",
    purposes=EVERYTHING,
    opening=CHILD,
    circumstances=WITH_INTERPRETER | {"cs_present": ["interpreter", "guardian"]},
    more={"w_age": "a15to17"},
    identity={"w_name": "Clémentine Frotteroche"},
    text="Zéphyrine : récit inventé. On nous a poussés dans le car, maman et moi, près du lavoir de Houppeval.",
    rare=("Zéphyrine", "lavoir de Houppeval"),
)
ALONE_CHILD = Story(
    case=5,
    page="en",
    lang="en",
    dir="ltr",
    purposes=EVERYTHING,
    opening=ALONE,
    circumstances=TALK | {"cs_present": ["protection"]},
    more={"w_age": "a12to14", "w_gender": "f"},
    identity={"w_name": "Perdita Thistlewhomp"},
    text="Gribblestone: invented. Nobody asked how old I was, and we crossed at the weir of Lower Snodwick.",
    rare=("Gribblestone", "weir of Lower Snodwick"),
)
# Three people who were there together: each tells it in another language.
FIRST_OF_THREE = Story(
    case=6,
    page="en",
    lang="fr",
    dir="ltr",
    purposes=EVERYTHING,
    identity={"w_name": "Aubépine Craquelin"},
    text="Turlupinade : récit inventé, le premier des trois. Nous étions six sur la route de Fanfrelu.",
    rare=("Turlupinade", "route de Fanfrelu"),
)
SECOND_OF_THREE = replace(
    FIRST_OF_THREE,
    lang="ar",
    dir="rtl",
    identity={"w_name": "نرجس قمرطين"},
    more={"w_age": "a35to44", "w_gender": "f"},
    text="حنطوشة: رواية مختلقة، الثانية من ثلاث. كنا ستة على الطريق عند مطحنة البرقوش.",
    rare=("حنطوشة", "مطحنة البرقوش"),
)
THIRD_OF_THREE = replace(
    FIRST_OF_THREE,
    page="ar",
    lang="es",
    dir="ltr",
    purposes=NUMBERS,
    identity={},
    more={"w_age": "a18to24"},
    text="Zarandajas: relato inventado, el tercero de tres. Éramos seis en la carretera de Birlibirloque.",
    rare=("Zarandajas", "carretera de Birlibirloque"),
)
PUT_ASIDE = Story(
    case=1,
    page="en",
    lang="fr",
    dir="ltr",
    purposes=EVERYTHING,
    identity={"w_name": "Philibert Tournebroche"},
    text="Escarbouille : récit inventé, interrompu au milieu. Nous étions sept à la cabane de Grelottin.",
    rare=("Escarbouille", "cabane de Grelottin"),
)
BORROWER = replace(
    PUT_ASIDE,
    hurried=True,
    identity={"w_name": "Cunégonde Perlimpin"},
    text="Brimborion : récit inventé, sur un téléphone prêté. On nous a pris nos souliers au gué de Trottenac.",
    rare=("Brimborion", "gué de Trottenac"),
)
# Those whose phone is in some trouble while they speak.
CARRIED = replace(
    PUT_ASIDE,
    hurried=True,
    case=3,
    identity={"w_name": "Hermangarde Fouillebise"},
    text="Patatrasserie : récit inventé, porté dans un sac. Le moteur fut pris devant l'îlot de Crocheval.",
    rare=("Patatrasserie", "îlot de Crocheval"),
)
WAITING = replace(
    PUT_ASIDE,
    hurried=True,
    page="ar",
    lang="ar",
    dir="rtl",
    identity={"w_name": "بدران شمعطوط"},
    text="قرنبيطس: رواية مختلقة ماتت بطاريتها بعيدا. كنا سبعة قرب نبع الخشكريش.",
    rare=("قرنبيطس", "نبع الخشكريش"),
)
OVERDUE = replace(
    PUT_ASIDE,
    identity={"w_name": "Sidonie Brouillamini"},
    text="Carabistouille : récit inventé, d'avant-hier. On nous a laissés au bac de Mirlicourt.",
    rare=("Carabistouille", "bac de Mirlicourt"),
)
BETWEEN_FORMS = replace(
    PUT_ASIDE,
    more={"i_tod": "dawn"},
    identity={"w_name": "Anatole Turlurette"},
    text="Saperlipopette : récit inventé, entre deux questionnaires. Nous étions sept au col de Fantapin.",
    rare=("Saperlipopette", "col de Fantapin"),
)
NO_ROOM = replace(
    PUT_ASIDE,
    hurried=True,
    case=2,
    identity={"w_name": "Eudoxie Ronfleval"},
    text="Galimafrée : récit inventé, sur un téléphone plein. Le car roulait vite vers le pont de Zinzolin.",
    rare=("Galimafrée", "pont de Zinzolin"),
)
