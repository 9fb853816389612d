"""The prompt book finds what to play: an operator's recording first, then the supplied audio."""

from pathlib import Path

import pytest

from cti.problems import Refused
from ivr.prompts import lint
from ivr.prompts.book import AUDIO, PromptBook, PromptMissing
from ivr.prompts.catalogue import supplied
from ivr.speech.kinds import Kind, Unspeakable
from ivr.speech.languages import LANGUAGES


def record(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_prompt_is_a_path_without_extension() -> None:
    assert PromptBook().files("greeting", "zh-CN") == [str(AUDIO / "zh-CN" / "female" / "greeting")]


def test_nothing_of_the_catalogue_is_missing() -> None:
    for language in LANGUAGES:
        assert PromptBook().missing(supplied(), language) == []


def test_an_operators_recording_wins_at_once_and_in_any_format(tmp_path: Path) -> None:
    book = PromptBook([tmp_path])
    supplied_file = book.files("greeting", "en")
    record(tmp_path, "en/greeting.alaw")
    assert supplied_file == [str(AUDIO / "en" / "female" / "greeting")]
    assert book.files("greeting", "en") == [str(tmp_path / "en" / "greeting")]
    assert book.files("greeting", "zh-CN") == [str(AUDIO / "zh-CN" / "female" / "greeting")]


def test_folders_are_asked_in_their_order_and_the_voice_before_any_voice(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    record(second, "en/male/goodbye.wav", "en/goodbye.wav")
    record(first, "en/other.wav")
    assert PromptBook([first, second], "male").files("goodbye", "en") == [str(second / "en" / "male" / "goodbye")]
    assert PromptBook([first, second]).files("goodbye", "en") == [str(second / "en" / "goodbye")]
    record(first, "en/goodbye.wav")
    assert PromptBook([first, second], "male").files("goodbye", "en") == [str(first / "en" / "goodbye")]


def test_an_operators_own_prompt_needs_no_place_in_the_catalogue(tmp_path: Path) -> None:
    record(tmp_path, "zh-CN/spring-festival.wav")
    book = PromptBook([tmp_path])
    assert book.files("spring-festival", "zh-CN") == [str(tmp_path / "zh-CN" / "spring-festival")]
    assert book.missing(["spring-festival", "greeting"], "en") == ["spring-festival"]


def test_what_is_not_there_says_where_to_put_it(tmp_path: Path) -> None:
    with pytest.raises(PromptMissing, match=r"spring-festival\.wav into one of .*/en") as missing:
        PromptBook([tmp_path]).files("spring-festival", "en")
    assert isinstance(missing.value, LookupError)


def test_one_voice_for_each_language(tmp_path: Path) -> None:
    record(tmp_path, "zh-CN/male/greeting.wav", "en/male/greeting.wav")
    book = PromptBook([tmp_path], voice={"zh-CN": "male"})
    assert book.files("greeting", "zh-CN") == [str(tmp_path / "zh-CN" / "male" / "greeting")]
    assert book.files("greeting", "en") == [str(AUDIO / "en" / "female" / "greeting")]


@pytest.mark.parametrize("voice", lint.VOICES)
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_each_supplied_voice_says_a_whole_sentence_by_itself(language: str, voice: str) -> None:
    said = PromptBook(voice=voice).files("last-payment", language, {"day": "2026-11-22", "amount": "1234.56"})
    assert len(said) > 3
    assert {Path(file).relative_to(AUDIO).parts[:2] for file in said} == {(language, voice)}


def test_an_unknown_voice_falls_back_on_the_complete_one() -> None:
    assert PromptBook(voice="child").files("greeting", "en") == [str(AUDIO / "en" / "female" / "greeting")]


def test_values_are_read_in_their_places() -> None:
    clips = AUDIO / "zh-CN" / "female" / "clips"
    assert PromptBook().files("queue-position", "zh-CN", {"ahead": 21}) == [
        str(AUDIO / "zh-CN" / "female" / "queue-position-1"),
        str(clips / "n21"),
        str(AUDIO / "zh-CN" / "female" / "queue-position-2"),
    ]
    assert PromptBook().say("money", "2.05", "zh-CN") == [str(clips / name) for name in ("yuan2", "zero-cents5")]


def test_the_usual_places_in_line_are_recorded_with_their_numbers() -> None:
    voice = AUDIO / "zh-CN" / "female"
    assert PromptBook().files("queue-position", "zh-CN", {"ahead": "12"}) == [str(voice / "queue-position/12")]


def test_an_operators_pieces_win_over_supplied_sentences_and_his_own_sentences_over_both(tmp_path: Path) -> None:
    record(tmp_path, "zh-CN/queue-position-1.wav")
    files = PromptBook([tmp_path]).files("queue-position", "zh-CN", {"ahead": 3})
    assert files[0] == str(tmp_path / "zh-CN" / "queue-position-1")
    record(tmp_path, "zh-CN/queue-position/3.wav")
    assert PromptBook([tmp_path]).files("queue-position", "zh-CN", {"ahead": 3}) == [
        str(tmp_path / "zh-CN" / "queue-position/3")
    ]


def test_an_operators_clip_wins_too(tmp_path: Path) -> None:
    record(tmp_path, "en/clips/n7-end.wav")
    assert PromptBook([tmp_path]).say(Kind.AGENT, "7", "en") == [str(tmp_path / "en" / "clips" / "n7-end")]


def test_a_value_that_is_not_given_or_not_of_its_kind_is_refused() -> None:
    with pytest.raises(KeyError, match="ahead"):
        PromptBook().files("queue-position", "en")
    with pytest.raises(KeyError, match="ahead"):
        PromptBook().files("queue-position", "en", {"other": 1})
    with pytest.raises(Unspeakable, match="a decimal number is needed"):
        PromptBook().files("queue-position", "en", {"ahead": "many"})
    with pytest.raises(ValueError, match="price"):
        PromptBook().say("price", 1, "en")


def test_a_folder_that_cannot_be_used_is_refused_with_its_mend(tmp_path: Path) -> None:
    odd = tmp_path / "a,b"
    odd.mkdir()
    with pytest.raises(Refused) as refused:
        PromptBook([tmp_path / "absent", odd])
    assert [problem.what for problem in refused.value.problems] == [
        "is not a folder",
        "its path holds ',', which Asterisk cannot play",
    ]
