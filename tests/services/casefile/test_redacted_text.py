"""What is marked leaves the text and every parallel sentence that says the same, and a stale mark is refused."""

from __future__ import annotations

import pytest

from testimony.domain.testimony.redaction import BAR, Burner, Mark
from testimony.services.casefile import redacted_text
from testimony.services.casefile.errors import CaseFileRefused
from testimony.services.casefile.redacted_text import Account, Passage

NOBODY = Burner()


def passage(id: str, *sentences: str) -> Passage:
    return Passage(id=id, lang="en", dir="ltr", sentences=tuple((one,) for one in sentences))


def plain(one: Passage) -> list[tuple[str | None, ...]]:
    return list(one.sentences)


ORIGINAL = passage("said-0", "Sam came.", "They left.", "It rained.")
BESIDE = passage("translation-1", "Sam est venu.", "Ils partirent.", "Il pleuvait.")
APART = passage("said-1", "Sam came and they left in the rain.")
ACCOUNT = Account(original=ORIGINAL, beside=(BESIDE,), apart=(APART,))


def test_without_marks_nothing_is_burnt_and_everything_stays() -> None:
    found = redacted_text.burnt(ACCOUNT, [], NOBODY)
    assert (found, found.left_out) == (ACCOUNT, 0)
    assert [one.is_burnt for one in found.passages] == [False, False, False]
    assert found.passages == (ORIGINAL, BESIDE, APART)


def test_a_mark_shuts_the_same_sentence_of_each_translation_and_leaves_out_what_is_apart() -> None:
    found = redacted_text.burnt(ACCOUNT, [Mark("said-0", 1, 5, 9)], NOBODY)
    assert plain(found.original) == [("Sam came.",), ("They ", BAR, "."), ("It rained.",)]
    assert plain(found.beside[0]) == [("Sam est venu.",), (BAR,), ("Il pleuvait.",)]
    assert (found.apart, found.left_out) == ((), 1)
    assert found.original.is_burnt


def test_a_mark_in_a_translation_shuts_the_original_sentence() -> None:
    found = redacted_text.burnt(ACCOUNT, [Mark("translation-1", 2, 3, 11)], NOBODY)
    assert plain(found.original)[2] == (BAR,)
    assert plain(found.beside[0])[2] == ("Il ", BAR, ".")


def test_a_sentence_that_was_marked_itself_is_not_shut_whole() -> None:
    marks = [Mark("said-0", 1, 0, 4), Mark("translation-1", 1, 0, 3)]
    found = redacted_text.burnt(ACCOUNT, marks, NOBODY)
    assert plain(found.beside[0])[1] == (BAR, " partirent.")


def test_an_empty_sentence_beside_one_that_is_burnt_stays_empty() -> None:
    unfinished = Account(original=ORIGINAL, beside=(passage("translation-1", "", "", ""),))
    found = redacted_text.burnt(unfinished, [Mark("said-0", 0, 0, 3)], NOBODY)
    assert plain(found.beside[0]) == [("",), ("",), ("",)]


def test_what_stands_apart_stays_where_it_was_marked_itself() -> None:
    found = redacted_text.burnt(ACCOUNT, [Mark("said-0", 0, 0, 3), Mark("said-1", 0, 0, 3)], NOBODY)
    assert [plain(one) for one in found.apart] == [[(BAR, " came and they left in the rain.")]]
    assert found.left_out == 0


def test_words_that_are_burnt_apart_and_nowhere_in_the_original_are_refused() -> None:
    with pytest.raises(CaseFileRefused) as refused:
        redacted_text.burnt(ACCOUNT, [Mark("said-1", 0, 0, 3)], NOBODY)
    assert refused.value.reason == "beside"


def test_a_word_of_the_burner_leaves_every_text() -> None:
    found = redacted_text.burnt(ACCOUNT, [], Burner(words=("Sam",)))
    assert [plain(one)[0][0] for one in found.passages] == [BAR, BAR, BAR]


REMARK = Account(original=passage("answer-o_text", "The river."))
TOLD = (ACCOUNT, REMARK)


def test_the_words_of_marks_are_read_from_the_texts_and_codes_have_none() -> None:
    marks = [
        Mark("said-0", 0, 0, 3),
        Mark("code-w_nat", 0, 0, 1),
        Mark("translation-1", 2, 0, 12),
        Mark("said-1", 0, 4, 8),
        Mark("answer-o_text", 0, 4, 9),
    ]
    assert redacted_text.words_marked(TOLD, marks) == ["Sam", "Il pleuvait.", "came", "river"]


@pytest.mark.parametrize(
    "mark", [Mark("said-2", 0, 0, 1), Mark("said-0", 3, 0, 1), Mark("said-0", 0, 0, 10), Mark("said-1", 1, 0, 1)]
)
def test_a_mark_that_fits_no_text_any_more_is_refused(mark: Mark) -> None:
    with pytest.raises(CaseFileRefused) as refused:
        redacted_text.words_marked(TOLD, [mark])
    assert refused.value.reason == "marks"


def test_answers_that_are_marked_are_named_and_unknown_ones_refused() -> None:
    marks = [Mark("code-w_nat", 0, 0, 1), Mark("said-0", 0, 0, 3), Mark("code-i_date", 0, 0, 1)]
    assert redacted_text.codes_marked(marks, ["i_date", "w_age", "w_nat"]) == {"w_nat", "i_date"}
    with pytest.raises(CaseFileRefused) as refused:
        redacted_text.codes_marked(marks, ["i_date", "w_age"])
    assert refused.value.reason == "marks"
