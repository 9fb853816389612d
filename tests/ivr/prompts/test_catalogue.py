"""The catalogue holds every sentence in every language; a mistake in it is named by line and key."""

from pathlib import Path

import pytest

from ivr.prompts.catalogue import CatalogueRefused, Piece, Prompt, Slot, load, supplied
from ivr.speech.kinds import Kind
from ivr.speech.languages import LANGUAGES


def test_every_prompt_is_said_in_every_language() -> None:
    for prompt in supplied().values():
        assert set(prompt.texts) == set(LANGUAGES)


@pytest.mark.parametrize(
    "used",
    ["greeting", "menu", "retry", "identify", "queue", "callback", "closed", "transfer", "answer", "survey", "message",
     "trouble", "emergency", "agent"],
)  # fmt: skip
def test_everything_the_system_says_has_its_part(used: str) -> None:
    assert any(prompt.used == used for prompt in supplied().values())


def test_a_text_without_values_is_one_file() -> None:
    assert supplied()["goodbye"].parts("en") == [Piece("goodbye", "Thank you for calling. Goodbye.")]


def test_a_text_with_values_is_pieces_and_slots_in_the_order_of_the_language() -> None:
    prompt = Prompt("me", "transfer", {"zh-CN": "{agent:agent}号为您服务。", "en": "This is agent {agent:agent}."})
    assert prompt.parts("zh-CN") == [Slot("agent", Kind.AGENT, last=False), Piece("me-1", "号为您服务。")]
    assert prompt.parts("en") == [Piece("me-1", "This is agent"), Slot("agent", Kind.AGENT, last=True)]


def test_a_word_said_in_one_breath_with_a_number_goes_with_its_slot() -> None:
    prompt = Prompt("order", "answer", {"zh-CN": "成交{done:number}股，共{all:number}股。", "en": "{done:number}"})
    assert prompt.parts("zh-CN") == [
        Piece("order-1", "成交"), Slot("done", Kind.NUMBER, last=False, follower="股"),
        Piece("order-2", "，共"), Slot("all", Kind.NUMBER, last=True, follower="股"),
    ]  # fmt: skip
    assert prompt.parts("en") == [Slot("done", Kind.NUMBER, last=True)]


def test_only_a_number_takes_the_word_after_it() -> None:
    prompt = Prompt("hours", "answer", {"zh-CN": "{open:time}到{close:time}"})
    assert prompt.parts("zh-CN")[1] == Piece("hours-1", "到")


def test_a_value_that_ends_its_sentence_is_the_last_even_when_another_sentence_follows() -> None:
    prompt = Prompt("note", "answer", {"en": "Your number is {number:digits}. Please note it, {name:letters}, now."})
    assert [part.last for part in prompt.parts("en") if isinstance(part, Slot)] == [True, False]


def test_a_number_can_be_recorded_within_its_sentence() -> None:
    prompt = Prompt("ahead", "queue", {"en": "There are {n:count:2-3} callers."})
    assert prompt.sentences("en") == {
        2: Piece("ahead/2", "There are two callers."),
        3: Piece("ahead/3", "There are three callers."),
    }
    assert supplied()["queue-position"].sentences("zh-CN")[2].text == "您前面还有两位客户在等待。"
    assert supplied()["balance"].sentences("en") == {}


GOOD = "{id}:\n  used: menu\n  zh-CN: 您好\n  en: Hello\n"


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("", "catalogue.yaml", "no prompts"),
        (GOOD.format(id="Hello"), "catalogue.yaml:1: Hello", "not an id"),
        ("hello:\n  used: menu\n  zh-CN: 您好\n", "catalogue.yaml:1: hello", "not a prompt"),
        (GOOD.format(id="hello") + "  fr: Bonjour\n", "catalogue.yaml:1: hello", "not a prompt"),
        ("hello:\n  used: menu\n  zh-CN: 您好\n  en: '...'\n", "catalogue.yaml:1: hello", "a text is missing"),
        ("hello:\n  used: menu\n  zh-CN: 第{n}位\n  en: 'No. {n:count}'\n", "hello.zh-CN", "a brace that is no slot"),
        ("hello:\n  used: menu\n  zh-CN: 第{n:price}位\n  en: 'No. {n:price}'\n", "hello.en", "no kind 'price'"),
        ("hello:\n  used: menu\n  zh-CN: '{n:digits:1-2}'\n  en: '{n:digits:1-2}'\n", "hello.en", "numbers to record"),
        ("hello:\n  used: menu\n  zh-CN: 第{n:count}位\n  en: Hello\n", "hello", "its languages want different values"),
        (GOOD.format(id="a-1") + "a:\n  used: x\n  zh-CN: 第{n:count}\n  en: 'No. {n:count}'\n", "a", "its file a-1"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_place(tmp_path: Path, text: str, place: str, what: str) -> None:
    file = tmp_path / "catalogue.yaml"
    file.write_text(text, "utf-8")
    with pytest.raises(CatalogueRefused) as refused:
        load(file)
    assert any(place in problem.place and what in problem.what for problem in refused.value.problems)
