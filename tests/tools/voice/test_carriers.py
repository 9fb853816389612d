"""What is spoken in one go."""

import pytest

from ivr.speech.languages import LANGUAGES
from tools.voice.carriers import Part, Words, spoken_of
from tools.voice.make import words_of


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_speech_begins_with_a_word(language: str) -> None:
    assert [words.name for words in words_of(language) for text in spoken_of(words) if not text[0].isalnum()] == []


def test_what_a_value_follows_ends_with_a_comma_and_the_end_of_a_sentence_with_a_stop() -> None:
    assert spoken_of(Words("a-1", "，金额是", "zh-CN", Part.BEFORE_VALUE)) == ["金额是，"]
    assert spoken_of(Words("a-2", "，请记录。", "zh-CN", Part.SENTENCE)) == ["请记录。"]
