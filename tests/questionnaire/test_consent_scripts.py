"""The words of consent: complete and alike in every language, short, and without a name that nobody fills in."""

import re

import pytest
from babel import Locale

from testimony.domain.consent.compartments import GIVES
from testimony.domain.consent.fold import Purpose
from testimony.domain.testimony import languages
from testimony.domain.testimony.languages import locale_of
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.consent_scripts import LANGUAGES, Script, coded_categories, filled, shipped
from testimony.questionnaire.harm_prompts import prompts
from tests.support.questionnaire import script_marks
from tests.support.questionnaire.consent_scripts import CORRECTED, SINCE_VERSION_8, placeholders, texts, words

ENGLISH = Script.load("en")
MUST_TELL = [
    "who",
    "why",
    "what_written",
    "help_apart",
    "no_promises",
    "skip_stop",
    "who_reads",
    "asked_apart",
    "risks",
    "secrecy_limits",
    "change_mind",
    "no_undo",
    "ask_again",
    "help_complain",
    "ticked",
]
PLACEHOLDERS = {"organisation", "lawyers", "recipient", "life", "months", "day", "complaints"}
"""{day} is of version 4 alone."""
NAMED = {"P01": {"organisation"}, "P04": {"lawyers"}}  # all others name {recipient}, or nobody
NAMELESS = {"P02", "P03", "P06", "P11", "P13", "P16"}  # the organisation itself, or everybody
SAME_AS_ENGLISH = {("es", "words.no"), ("it", "words.no")}
every_language = pytest.mark.parametrize("lang", LANGUAGES)
TICKED = "told.ticked"
"""What says what the office, or a recipient of codes, gets: once, before the uses are asked."""


def test_every_language_that_is_offered_has_its_script() -> None:
    assert set(LANGUAGES) == set(languages.SCRIPTS)
    assert [Script.load(lang).lang for lang in LANGUAGES] == list(LANGUAGES)


@every_language
def test_the_items_are_told_in_the_order_of_the_design(lang: str) -> None:
    assert list(Script.load(lang).told_ids) == MUST_TELL


@every_language
def test_there_are_words_for_every_purpose_and_for_what_each_gives(lang: str) -> None:
    script = Script.load(lang)
    assert {one.code for one in script.purposes} == {str(purpose) for purpose in Purpose}
    assert {item.id for item in script.gives} == set(GIVES.values())


@every_language
def test_there_are_words_for_every_prompt(lang: str) -> None:
    assert {prompt.words for prompt in prompts()} <= set(Script.load(lang).words)


@every_language
def test_a_purpose_is_a_question(lang: str) -> None:
    for purpose in Script.load(lang).purposes:
        assert words(purpose.text) > 3, purpose
        assert re.search(f"[{script_marks.QUESTION[lang]}]", purpose.text), purpose


@every_language
def test_a_question_stays_one_and_nothing_else_becomes_one(lang: str) -> None:
    english = dict(texts(ENGLISH))
    for name, text in texts(Script.load(lang)):
        asked = len(re.findall(f"[{script_marks.QUESTION[lang]}]", text))
        assert (asked > 0) is ("?" in english[name]), (name, text)
        assert not set("?؟፧;") - set(script_marks.QUESTION[lang]) & set(text), (name, text)


@every_language
def test_a_purpose_names_who_receives_and_says_for_how_long(lang: str) -> None:
    for purpose in Script.load(lang).purposes:
        named = NAMED.get(purpose.code, set() if purpose.code in NAMELESS else {"recipient"})
        assert placeholders(purpose.text) == {*named, "life"}, purpose


@every_language
def test_no_sentence_has_more_than_twenty_words(lang: str) -> None:
    for name, text in texts(Script.load(lang)):
        for sentence in script_marks.SENTENCE.split(text):
            assert words(sentence) <= 20, (name, sentence)


@every_language
def test_every_language_says_the_same_things_with_the_same_names(lang: str) -> None:
    said, english = dict(texts(Script.load(lang))), dict(texts(ENGLISH))
    assert list(said) == list(english)
    for name, text in said.items():
        assert text.strip() == text != "", name
        assert placeholders(text) == placeholders(english[name]), name
        assert placeholders(text) <= PLACEHOLDERS, name
        assert lang == "en" or text != english[name] or (lang, name) in SAME_AS_ENGLISH, f"{name} is not translated"


@every_language
def test_what_no_second_speaker_checked_is_marked_draft(lang: str) -> None:
    assert Script.load(lang).draft is (lang != "en")


@every_language
def test_numbers_are_the_same_in_every_language(lang: str) -> None:
    english = dict(texts(ENGLISH))
    for name, text in texts(Script.load(lang)):
        assert script_marks.numbers(text) == script_marks.numbers(english[name]), name


@every_language
def test_months_are_counted_in_every_way_that_cldr_knows_for_the_language(lang: str) -> None:
    script = Script.load(lang)
    assert set(script.months) == {*Locale.parse(locale_of(lang)).plural_form.tags, "other"}
    for category, text in script.months.items():
        spelt_out = lang == "ar" and category in ("one", "two")  # a form of its own, as Arabic has it
        assert placeholders(text) == (set() if spelt_out else {"number"}), category


@every_language
def test_every_letter_is_of_the_script_in_which_the_language_is_written(lang: str) -> None:
    for name, text in texts(Script.load(lang)):
        assert not script_marks.foreign_letters(text, lang), name
        assert any(sign.isalpha() for sign in re.sub(r"\{\w+\}", "", text)), name


@every_language
def test_the_words_are_of_this_language_and_of_no_neighbour(lang: str) -> None:
    """A file pasted under another language's name is found by letters and small words that only this one has."""
    text = " ".join(text for _, text in texts(Script.load(lang))).lower()
    assert all(letter in text for letter in script_marks.OWN.get(lang, ""))
    assert not [letter for letter in script_marks.FOREIGN.get(lang, "") if letter in text]
    assert set(script_marks.FUNCTION_WORDS[lang].split()) <= script_marks.spoken(text)


def test_a_script_pasted_under_a_neighbours_name_is_found() -> None:
    for lang in LANGUAGES:
        text = " ".join(text for _, text in texts(Script.load(lang))).lower()
        found = script_marks.spoken(text)
        for other in set(LANGUAGES) - {lang} - ({"fa", "prs"} if lang in ("fa", "prs") else set()):
            alike = (
                all(letter in text for letter in script_marks.OWN.get(other, ""))
                and not any(letter in text for letter in script_marks.FOREIGN.get(other, ""))
                and set(script_marks.FUNCTION_WORDS[other].split()) <= found
                and not script_marks.foreign_letters(text, other)
            )
            assert not alike, f"{lang} would pass for {other}"


def test_three_teach_back_questions_each_with_what_to_say_again() -> None:
    assert [question.id for question in ENGLISH.teach_back] == ["q1", "q2", "q3"]
    for question in ENGLISH.teach_back:
        assert question.back
        assert set(question.back) <= set(ENGLISH.told_ids)


@every_language
def test_what_is_said_again_is_the_same_in_every_language(lang: str) -> None:
    assert [question.back for question in Script.load(lang).teach_back] == [one.back for one in ENGLISH.teach_back]


FIRST = ("en", "fr", "ar")  # those that there were before the third version


@every_language
def test_every_wording_that_was_ever_shipped_is_known_by_its_hash(lang: str) -> None:
    assert shipped()[Script.load(lang).sha256].version == CORRECTED.get(lang, 8)
    known = {(one.version, one.lang) for one in shipped().values()}
    since = {each: 8 if each in SINCE_VERSION_8 else 1 if each in FIRST else 3 for each in LANGUAGES}
    assert known == {
        (version, each) for each in LANGUAGES for version in range(since[each], CORRECTED.get(each, 8) + 1)
    }


EARLIER = {
    (1, "en"): "987b7ab8a65977d913e3795e9b25fba30b3177dd55be9998a585dc79bf5f8ce0",
    (1, "fr"): "332d8b912c7273eeb052faf3740d790c0d01da8af4877a42be16cae7e530158a",
    (1, "ar"): "bb46067d180fec333310d917c3f19a66df66fff12575e9a1603b3b62ba9c8605",
    (2, "en"): "cfbb39f35e547435b0de76ecb923e1f774af1d860d263c2556f25067baaf6f6c",
    (2, "fr"): "dff9c4e78bd7e67cc67df9481d8020ab0842310a3ccc1aa599792084d40b4f0b",
    (2, "ar"): "3a1d4f5bbdf991b14e790bbeccf26d447c679c11d5e812f6a3dafe0f18a31683",
    (3, "ar"): "f97d8daa15e7922e5721dea605923c0a04e4a92304b4dfcbd6d748328eacf7a5",
    (3, "prs"): "716d44b93acdd4ba290614613d12d8202fc090b127978c7aff9a7d09dfb99d43",
    (3, "es"): "cb7c1d0e9d1f9858204c0796cd7a6612fd87a623a1ee45e2eacf1a103bfa8eb3",
    (3, "ps"): "6561c6c32f4e2339690ab6fc1c84aff668b2f31f790945566975cf6e4268368d",
    (3, "fr"): "247fdc338534f9db7d3920ed964425ec0757c50ff9242ea6d4bb226b719dd16d",
    (3, "ur"): "dbacb6039916b73bd9c955c9f7dbc78d0e61437168f3a5b44febf67f23dfe3aa",
    (3, "kmr"): "df36c05fb682b2005fa44cf18c2b7eba64e3dd5b214732ca25e752db121f2ac1",
    (3, "en"): "3fc151340fac1d70a8a6edcf231882999fc01d9e7242d0db4140c42fe2e93008",
    (3, "fa"): "ec9a6cedd244f33c3e5abe77e9e68114b146b2447c9da81f9ad48033e98643b4",
    (3, "ckb"): "fde9c39135a19bc10eb4a2c8ad009b93deb5fd0e916153c01eafddc350033545",
    (3, "ht"): "26092030376af738a11ab00fde94a6ce74cb7b66567e6588c275a4c6b725fee3",
    (3, "ti"): "1b1d7f53b94b24d4acd9711ca3c5cc7b3d629b1b1e457cf50169809b32c144a2",
    (3, "so"): "5b22cfca6d78e851ab6333db91598a57207102dea11b2ca3900a099edce5bfac",
    (3, "bn"): "56496a707fbc46ca2a0db9bf30fe5a125c349ea2f30e3bbd9a1e26276abbffd5",
    (3, "tr"): "e23c0a6e7d5354ed1650858a8eb94dae5f516785ced4640094c60d03af612ea1",
    (3, "am"): "cbcc8c8742e31b686b05a0709a4a641e23657ab504d982ed4ed9fef9fd25786b",
    (4, "ar"): "b349dc9dd643363359ea6dbc40c23a7d50c7beb7248c2bec9ca49e84eb337ea5",
    (4, "prs"): "ad3c47744edaa9f1dc48d272e7474ddab3d9a7f11394e5e3399e72f00f29c0b4",
    (4, "es"): "1f485988debfba959da5ac1b1e52b125dd2bb1ff279c7486ba426131c14ef98b",
    (4, "ps"): "a6eb5b95704651247ebb195d62b46323b2f597c827238a6bcd691487718d3792",
    (4, "fr"): "8440aa0aa651fc652b69a5ccb622e12c41a561577fc8ce7a99027a45cbb54c39",
    (4, "ur"): "710d987438491985647652d2a90bd11317acd1922714ebdb3b5b6057a2cf1cd7",
    (4, "kmr"): "88159f368567c4bee0c18d6af3e5198213563f20fb129a6752d018c9c23f3b0d",
    (4, "en"): "38f1e8a0d5f78c7764ce4382febe7d2c5d99bfc30f7d0dac5deb6e0f563ade68",
    (4, "fa"): "1204773fee6c38c1ba4c346638a8fef1e7c248ce36abf942103503b49792eedd",
    (4, "ckb"): "3dcd579ed6509d981d38029afe7ffc39ed6798d1a400de627b12839d5bcb8ecd",
    (4, "ht"): "c4ade39a6d7032be235eb01be4239d9fb3d05ce7c07eb886317cb8663075a62b",
    (4, "ti"): "636b9814e88f159bedb038d3d4c4f8342f67139cf3bce1dac970bcdabda728d4",
    (4, "so"): "f539cc1b2a6ce7bfda0dcd6c0409d92d32950d9cca72a258362b077b2145e59d",
    (4, "bn"): "32765b14af1637f607c3bf4d5a6f68053524bd371236db48fa455947e0339d14",
    (4, "tr"): "092515e72edb19eebbcbb22a547b6d88d22d2a7a8da6c6d2489eee5a90e6dda2",
    (4, "am"): "f9508b391d52d0886d0fe733e76906f146c29b7ed89c9e8566c61e945a2f5e1e",
    (5, "am"): "b483bb2ff27750f2a6e4b2bdc0de46475424d690e6e49257382b6e2ab9e220b4",
    (5, "ar"): "440c91e59b22de6b9be1e6308d82da6036603295f6c4e3147d38f0f49fdfe3f0",
    (5, "bn"): "fbf471cf3420c5c827c4671bc41e027a1693f609830221065f6be6f7f600cc76",
    (5, "ckb"): "6f3fe892a9826e3876d11314ba0c4d3fb8bd026ae4aa0f60addf2baf499d4fdd",
    (5, "en"): "0a7b1ccd470bb4ac66d07bb25b83ed1af5b61ec64611799c494e973c0639f7b8",
    (5, "es"): "28135bf5a8a467cdf24f2ede6c28d6ad1b263340cfce2f4315533d30ceb8230e",
    (5, "fa"): "bb3bf00c27677e3bb8ff1469c4a6cbf2418a38bfda72dc86e31da09d51975b9d",
    (5, "fr"): "d9961453e31414728273f60738d8b858584c2f876e4b6b7ced3e43983e79e9ca",
    (5, "ht"): "866137009e278093137d60f9a32c057a4b64e93aa323617f1175a650a78e68ba",
    (5, "kmr"): "d4f32149147ff2ed9e107343a701cf88acbb2053e8e32bfb57476bb064b898b7",
    (5, "prs"): "7162499f0d252ff1f1f78589acb32c4e69a71d457133aab3d874f76bf23750a7",
    (5, "ps"): "1ada029895c92ec065514ad55a3a38e36ca05bc3d247dd4679254e484886d579",
    (5, "so"): "ce3bbeb93ba15f3a418b6c700c2d369d4dab956a1a6aad37cb15760e203d3c83",
    (5, "ti"): "b04316cbd6be862d072a1b01f6fb18826dc0d8928dff15944221573541125a8b",
    (5, "tr"): "6d1639bfe7e49c1430966dc950df3920269eb2029cf5e3ccd3148a2edd8fece4",
    (5, "ur"): "1d122c834b6f09f0a13c018ed5ad73a9893e82c80451d2d92a792e038e92032b",
    (6, "am"): "813d6a40deeb9db34417b4b57a0cb6f34b8ef9270c1cd516d05b862cc3b5148c",
    (6, "ar"): "7e53c2d4a729095932785e71f61c612af6d1d2d966cbacac7934190e0e8edb1c",
    (6, "bn"): "1d13eecf79e35191f968e3ab02c0902994cbde446d87b3f0aadc2fe7f44f8ae4",
    (6, "ckb"): "1dd4e8168282f5a45a2fabc86cb2af225034184e85b2c537fec74adf9691841e",
    (6, "en"): "359e2be68d41bc16ad0f1046e2574a1b270507e2401661bd05580a7f94562e5c",
    (6, "es"): "81cbc30bdf02720d89330f930c531b72a4a64049299dedecd206a57ea0312447",
    (6, "fa"): "2fd858b3e6162a5423db4f3d9fcf31077131a564f50c8cf2a90df5af73f08060",
    (6, "fr"): "9030e2a4ae464e8cfacaa3515f8dcb7619572d1d706b13eee075a43cf3f702fa",
    (6, "ht"): "12d5201c2931e6284b11ae8b3add313e728dfa8f0bb290356eb3b3efd55be03d",
    (6, "kmr"): "c4f54e25be1c6e8c67f8bf77484101c0e3ccc0811161d0e38309956e909e109c",
    (6, "prs"): "7861641e78dd7c97a8855ffe76086fc1f1ed984ee6865b4a13233528a2bb747e",
    (6, "ps"): "464548948a1ed75b988d302bd46090802436e3d26d3faa38490458896636b719",
    (6, "so"): "c4fc1b549ef7118a8247f0e350b929f959598932ad9aa4bce2aa0d1b70a6c885",
    (6, "ti"): "40d161f1216e465fdd6f505e020b421c4e2699e636b036e60635bf825458e658",
    (6, "tr"): "54e3658c6acdb122cc0cbb9285486c4e20892a9d2a15ad648fce3a43b34b9b00",
    (6, "ur"): "eb5c88ab2095f5b84c7a8447aa5d42822cdcc4106d55908a9e42e41385fd4abc",
    (7, "am"): "4d3f12d3ff56b447d4f2fe1413a482329c5f59e3e3dc4584a45ee294526b8469",
    (7, "ar"): "f72b3fe8412066db64e61ce940ec8d855e94b87825f4ce8bec1a930ad6e7d3f2",
    (7, "bn"): "1bc7d1fb3c30afe238d0bff0ac37187833f3afa225d9f71e904f8cf600165c2b",
    (7, "ckb"): "89e981882e49e7c3095ef1dd3a44129c202ff66f9ac6d50a58215c629e1b1b14",
    (7, "en"): "60a043317b5aec19a14d6d05fb27b61167fbd4c4823ec01f4880b294118b4529",
    (7, "es"): "066b28c22f504dd29d4d08727864ff47bb75219dcc24ac0cf80c7b34e7f4ab6d",
    (7, "fa"): "86ed0ce74d0356526953d307e5c0dfaedb5ead06f3c1f6440bb6191fb60d7028",
    (7, "fr"): "2822cdd4e57b11c61b30a5aafce660c4b9f8b31b852764439989ff73ec8cdd7e",
    (7, "ht"): "46b03e568c552faa5074105dca576d26140bda7a7fb144b69c925f42f5308f29",
    (7, "kmr"): "9984d72fbe3e452323e9c65ed1fd44df1e497d24d4819e191224b2adb63b1fcd",
    (7, "prs"): "6b8c676b1a28d1ab564c4e71cac559f0efc33279ca0cffcf2a0af35f140ed05e",
    (7, "ps"): "4ff85e4f58562d98fec2d25de77a4530ae26d7590db30b6e75422ec1257de831",
    (7, "so"): "42617ce1c9db3aee36a8187107140c7df020f78232921b19de3adb9cffee4fcd",
    (7, "ti"): "e63c7955f9c835c0cf92f3085f44333b5efaffdacf912b9787980d6696f6f09d",
    (7, "tr"): "3173333f8292b7b16d75d044f66e4f93a952fee3e51089d9c8704a283e3aeb01",
    (7, "ur"): "b8638ae6bbafe21296379721b73cb9ee2bd2440b6af89d8c60f3b19045047b5c",
    (8, "am"): "7497a4f4c62f1967182228ef8b2270a71600cd4a5169f46bd7280c725c2061a5",
    (8, "ar"): "f764946b99e21c8a086187729391aaf8af6ae447b61d649e135cc4e00c1a33dd",
    (8, "bn"): "aac19d82fe757ef2dcd4da23e517e5327b8121e51773a28fa3c8aef68cb7e3c6",
    (8, "ckb"): "b66c17f3b00002482f3c3d32c2229c2afdd03dc48070f99ed2f1c5e9f0abd9af",
    (8, "de"): "43c2ba246908420774cdbbf9bd0013848983de187a827f79dca2e68a8020e790",
    (8, "el"): "23453dec3ece00aca7208d38a7ad12afab8dcbf2d75218abdce2caaf9d7764e2",
    (8, "es"): "77c12a5c02ef7b395f1698b479df43f5944856b1a1b4066370c60c9a5ffe0f12",
    (8, "fa"): "3685946ddde1d196d2d565debcb922caf5947d73d3dcc4609049465d64a50de5",
    (8, "fr"): "9db007a5f1f92c5d58929f0a3d39f538b0b12164f98141508734ddd6bcc7e6ed",
    (8, "ht"): "15fb70d1ff3d38d77853ed7b5ad86e05ba54e0b9256cd0c204a5fe79a346ecc1",
    (8, "it"): "098a1ce8aa8b31420399395bc6ca79012044bd9e7d351b99e6d9660fb9e973ba",
    (8, "kmr"): "b016d057fd0bb94d3205854e608727f41e8d0c1e5354acfc495da82dc7813b6c",
    (8, "pl"): "adab875f981bb66289f0848d065060f4cab5125d64c05d75efc1d0293a23fb4e",
    (8, "prs"): "f0b1e81cc0df3387e84727e7dc2917a7b6e5623305516a9dd5bb0432ef9a3b4c",
    (8, "ps"): "1e29eb3aade9ce246ab0fe7d98defe75d9f92198968e1f55b3a3c9c20e0c9d5c",
    (8, "pt"): "99919b51f668f2509158ea5997344851abf94b630c259a2ff024eab59bb370f6",
    (8, "ru"): "fcb2f45d220b5341ec7a896a88fdd59fbacc78646e4ccff2620cf722cac64d14",
    (8, "so"): "9b3182345d8e77d3ce6502a39b4fff1da220b8f6a3d1b8ae06ac83aa20ad03cf",
    (8, "ti"): "3d360b74a6e7eaf7c58f5493b52efaba1f69262659690f87420f5b89fbedcaaa",
    (8, "tr"): "c97ecb8c16abd7a17a0ba6ce04d3ee84c0338bae9b917765907908f7ab2bcdbc",
    (8, "uk"): "fd1ca9bc14edc1403a38995f814f4106958eea539adf330888171b857a4d430e",
    (8, "ur"): "209e1f900e6371de3aac307313cadf02b38f148721762f15b0a0e42729c8a638",
    (9, "ar"): "0a65a1cab2da8bebe955712df3e5054fb28aa00a4c46d59cdc5db26a15408481",
    (9, "es"): "32059ab38aebc73dfc6b730253ec1baefd0fd1f686af64c6011e8b63a4bae927",
    (9, "fa"): "a77a969b27e4570a8197cb2f61af9d28b7114ac67287c2db4fcc7c661941fda9",
    (9, "fr"): "d39cf7d765917eef504434adb023a1e4c3b51e6c7a566eee560abb0cc29a5182",
    (9, "ru"): "ad7d1f95970836c216e4349c708369c003507f4b4071de3bec2950f23a874d1e",
    (9, "uk"): "599348b7568a652b1f6c7279f74dc07431499cf77563843861c451259a633888",
}


def test_a_wording_that_consents_name_never_changes() -> None:
    said_today = {Script.load(lang).sha256 for lang in LANGUAGES}
    assert {(one.version, one.lang): sha256 for sha256, one in shipped().items() if sha256 not in said_today} == EARLIER


def test_the_hash_tells_wordings_apart() -> None:
    assert len({Script.load(lang).sha256 for lang in LANGUAGES}) == len(LANGUAGES)


def test_every_field_that_leaves_in_codes_is_of_a_category_and_every_category_of_such_fields() -> None:
    book = Codebook.load()
    coded = {name for name, field in book.fields.items() if field.coded}
    assert set().union(*coded_categories().values()) == coded
    assert all(coded_categories().values())


@every_language
def test_what_codes_tell_is_said_whole_before_the_uses_are_asked(lang: str) -> None:
    script = Script.load(lang)
    assert list(script.categories) == list(coded_categories())
    assert len(set(script.categories.values())) == len(script.categories)
    said = dict(texts(script))
    for category, word in script.categories.items():
        assert word in said[TICKED], category


def test_what_is_told_and_asked_of_most_witnesses_takes_about_five_hundred_words() -> None:
    said = dict(texts(ENGLISH))
    usual = [f"told.{item}" for item in MUST_TELL] + [f"purpose.{code}" for code in ("P01", "P04", "P06", "P07")]
    assert sum(words(said[name]) for name in usual) <= 390
    assert sum(words(text) for name, text in said.items() if name in usual or name.startswith(("safety", "ask"))) <= 475


def test_who_reads_is_said_for_each_answer_to_the_purposes() -> None:
    named = {(a, b): ENGLISH.who_reads(lawyers=a, counted=b).id for a in (False, True) for b in (False, True)}
    assert named == {
        (False, False): "nobody",
        (False, True): "counts",
        (True, False): "lawyers",
        (True, True): "lawyers_counts",
    }


@every_language
def test_names_of_lawyers_stand_beside_the_lawyers_and_not_after_the_witness_s_name(lang: str) -> None:
    naming = [text for _, text in texts(Script.load(lang)) if "{lawyers}" in text]
    assert len(naming) >= 3
    assert [text for text in naming if "({lawyers})" not in text] == []


def test_a_language_that_is_not_shipped_has_no_script() -> None:
    with pytest.raises(KeyError):
        Script.load("xx")


def test_names_are_filled_in_and_braces_of_names_mean_nothing() -> None:
    names = {"organisation": "A {lawyers} B", "lawyers": "C"}
    assert filled("We are {organisation}.", names) == "We are A {lawyers} B."
