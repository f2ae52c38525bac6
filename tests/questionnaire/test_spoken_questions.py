"""What is said aloud for the questions: whole and alike in every language, simple, and without a word that harms."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from testimony.questionnaire.consent_scripts import LANGUAGES
from testimony.questionnaire.form import Form
from testimony.questionnaire.spoken_questions import SpokenQuestions, never_asked
from tests.support.questionnaire import script_marks
from tests.support.questionnaire.consent_scripts import words
from tests.support.web.translations import NOT_ARABIC, NOT_FRENCH, NOT_PERSIAN, NOT_SPANISH, SEPARATE

DEFAULT_PATH = tuple(
    name for step in Form.load().path if step.when is True for name in step.fields if name not in never_asked()
)
"""The fields that an unhurried interview asks, in the order of a story; `i_chain` where somebody was handed over."""
WITHOUT_OPTIONS = {
    "n_text", "i_date", "i_segment", "g_size", "g_about", "i_chain", "w_nat", "e_count", "r_wish",
}  # fmt: skip
"""Those of them that are told, counted or found in a list of names."""
LONGEST_QUESTION, LONGEST_OPTION = 15, 9  # words
STATEMENTS = {"n_text"}
SPELT = {"fr": NOT_FRENCH, "es": NOT_SPANISH, "ar": NOT_ARABIC, "fa": NOT_PERSIAN, "prs": NOT_PERSIAN}
TRAPS = {
    "en": r"push|protect|procedur|incident|group|why did(n't| you not)",
    "fr": r"refoul|protection|procédure|incident|groupe|pourquoi n|interrog|\bÉtat\b|juste"
    r"|fait (repartir|rester)|barré|même traitement|reproché",
    "es": r"en caliente|protecci|procedimiento|incidente|grupo|por qué no|\bEstado\b|menor no|contar"
    r"|devolv|\bpar(ó|aron)\b|la vuelta|su idioma",
    "ar": r"حماية|إجراء|حادث|مجموعة|لماذا لم|الدولة|العناصر|قصة| لناس|\b(تحتاج|تخاف|تريد|تتمنى|تختار|توافق|تستطيع)\b",
    "fa": r"حمایت|رویه|حادثه|گروه|چرا ن|دولت|قاچاق|بازرسی|گناه|که کودکی|جان دادند",
    "prs": r"حمایت|طرزالعمل|حادثه|گروه|چرا ن|دولت|قاچاق|گناه|مگر|کود|نگاه کردند|تیر کرد|تهمت|پیش دریا"
    r"|آیا باز |گفته توانستید",
    "ps": r"ډله|ډلې|ساتنه|پېښه|پروسیجر|ولې مو نه|دولت|ګناه|وساتلئ|سره یې کوم کار|ماشوم لوی دی؟",
    "ur": r"گروہ|گروپ|تحفظ|کارروائی|واقعہ|کیوں نہیں|ریاست|کہانی|آپ \w+ سکتے|^نہیں کہا|\bلاش",
    "kmr": r"\bkom|parastin|prosedur|bûyer|çima we ne|dewlet|gihîştin\b|\bne bersiv"
    r"|caran we|dîrok|li we bigere|^tiştek$|^kesî$|lê girtin|mabû bifetis",
    "ckb": r"گرووپ|پاراستن|ڕێکار|ڕووداو|بۆچی نە|دەوڵەت|کاتژمێر|واژۆ|تاوان|ناڕازی بیت|لێی گیرا|بوو بخنک",
    "ht": r"gwoup|pwoteksyon|pwosedi|ensidan|poukisa ou pa|\bLeta\b|konte|reprann|\bnon$|k ap ede|pwòp",
    "ti": r"ጉጅለ|ዕቁባ|ኣገባብ|ፍጻመ|ስለምንታይ ዘይ|መንግስቲ|ታሪኽ|ዓመጽ|ሰራሕተኛታት|እኳ$|ማንም",
    "so": r"\bkoox|habraac|dhacdo|maxaad u .*weyday|dawladda|masuuliyiin|sheeko|rabshad|dhaawaceen",
    "bn": r"\bদল|গ্রুপ|সুরক্ষা|প্রক্রিয়া|ঘটনা|কেন .*নি\b|কাহিনি|না বললে|আশ্রয়|রাষ্ট্র|শরীর খুঁজ|নিজের ভাষায়",
    "tr": r"grup|koruma|prosedür|\bolay|neden .*(madı|medi)|devlet|hikâye|\bDur\b|\bvasi|sığınma|için arayan|^kimse$",
    "am": r"ቡድን|ጥበቃ|ሥነ ሥርዓት|ክስተት|ለምን አል|መንግሥት|ታሪክ|መሣሪያ|አቤቱታ|አይ$|^ልጆችን ጎዱ|ሠራተኞች|ስለዚህ",
    "it": r"resping|protezion|procedura|incident|gruppo|perché non|lo Stato\b|arrestat|espuls|\bcontare|storia",
    "uk": r"виштовх|захист|процедур|інцидент|груп|чому .*не |держав|історі|опікун|допит|завернул",
    "ru": r"вытолк|выталк|защит|процедур|инцидент|групп|почему .*не |государств|истори|опекун|допрос|завернул",
    "pl": r"pushback|ochron|procedur|incydent|grup|dlaczego nie|państwo|histori|opiekun|przesłuch|zawróc",
    "de": r"pushback|schutz|verfahren|vorfall|gruppe|warum .*nicht|\bStaat\b|geschichte|vormund|verhör",
    "el": r"επαναπροώθ|προστασί|διαδικασί|περιστατικ|\bομάδα|γιατί δεν|το κράτος|ιστορία|κηδεμ|ανάκρισ",
    "sr": r"пушбек|заштит|процедур|инцидент|груп|зашто .*нис|држав|старатељ|саслуш",
    "pt": r"repuls|pushback|proteç|procediment|incident|grupo|porque não|\bo Estado\b|história|tutor|interrogat",
    "hr": r"pushback|zaštit|procedur|incident|grup|zašto .*nis|držav|skrbnik|saslu",
    "bs": r"pushback|zaštit|procedur|incident|grup|zašto .*nis|držav|staratelj|saslu",
}
SAME_AS_ENGLISH = {"no"}
"""What Spanish says as English does."""
ENGLISH = SpokenQuestions.load("en")
every_language = pytest.mark.parametrize("lang", LANGUAGES)


def questions(lang: str) -> Iterator[tuple[str, str]]:
    """(field, what is said)."""
    yield from ((name, one.say) for name, one in SpokenQuestions.load(lang).questions.items())


def options(lang: str) -> Iterator[tuple[str, str]]:
    """(field and code, what is said)."""
    for name, one in SpokenQuestions.load(lang).questions.items():
        yield from ((f"{name}.{code}", text) for code, text in one.options.items())


def test_each_field_of_the_form_is_either_said_aloud_or_named_with_the_reason_why_not() -> None:
    assert [field.id for field in Form.load().fields if field.id not in never_asked()] == list(ENGLISH.questions)
    assert set(never_asked()) < {field.id for field in Form.load().fields}
    assert all(reason.endswith(".") for reason in never_asked().values())


def test_the_default_path_is_said_aloud_with_its_answers() -> None:
    assert set(DEFAULT_PATH) <= set(ENGLISH.questions)
    assert {name for name in DEFAULT_PATH if not ENGLISH.questions[name].options} == WITHOUT_OPTIONS


@every_language
def test_every_language_says_the_same_questions_and_the_same_answers(lang: str) -> None:
    found = SpokenQuestions.load(lang)
    assert (found.id, found.version, found.lang) == (ENGLISH.id, ENGLISH.version, lang)
    assert list(found.questions) == list(ENGLISH.questions)
    for name, one in found.questions.items():
        assert list(one.options) == list(ENGLISH.questions[name].options), name


@every_language
def test_an_answer_that_is_said_is_a_code_of_its_field_and_sexual_violence_is_never_one(lang: str) -> None:
    for name, one in SpokenQuestions.load(lang).questions.items():
        assert set(one.options) <= set(Form.load().field(name).options) - {"sexual", "unk", "ref", "nask"}, name
        assert len(set(one.options.values())) == len(one.options), name


@every_language
def test_every_text_is_whole_translated_and_in_the_letters_of_its_language(lang: str) -> None:
    english = ENGLISH.sentences()
    for name, text in SpokenQuestions.load(lang).sentences().items():
        assert text.strip() == text != "", name
        assert lang == "en" or text != english[name] or text in SAME_AS_ENGLISH, f"{name} is not translated"
        assert not re.search(r"[{}%_|=]", text), name
        assert not script_marks.foreign_letters(text, lang), name
        assert script_marks.numbers(text) == script_marks.numbers(english[name]), name
    text = " ".join(SpokenQuestions.load(lang).sentences().values()).lower()
    assert not [letter for letter in script_marks.FOREIGN.get(lang, "") if letter in text]


@every_language
def test_a_question_is_one_short_clause_and_ends_as_one(lang: str) -> None:
    for name, text in questions(lang):
        assert words(text) <= LONGEST_QUESTION, name
        asked = re.findall(f"[{script_marks.QUESTION[lang]}]", text)
        assert len(asked) == (name not in STATEMENTS), name
        assert not set("?؟፧;") - set(script_marks.QUESTION[lang]) & set(text), name
        assert not re.search(r"[.!۔።।](?!$)", text), name


@every_language
def test_an_answer_is_a_few_words_and_no_sentence(lang: str) -> None:
    for name, text in options(lang):
        assert words(text) <= LONGEST_OPTION, name
        assert not re.search(r"[.?!؟۔።።।]$", text), name


@every_language
def test_no_word_of_the_trade_and_no_word_that_is_heard_as_another_is_said(lang: str) -> None:
    found = [(name, text) for name, text in (*questions(lang), *options(lang)) if re.search(TRAPS[lang], text, re.I)]
    assert found == []


@pytest.mark.parametrize("lang", sorted(SPELT))
def test_signs_stand_as_the_language_writes_them(lang: str) -> None:
    for name, text in SpokenQuestions.load(lang).sentences().items():
        assert not SPELT[lang].search(text), name
        assert lang not in ("fa", "prs") or not SEPARATE.search(text), name


@every_language
def test_what_no_second_speaker_checked_is_marked_draft(lang: str) -> None:
    assert SpokenQuestions.load(lang).draft is (lang != "en")


def test_a_language_without_a_script_has_no_spoken_questions() -> None:
    with pytest.raises(KeyError):
        SpokenQuestions.load("xx")
