"""The page of what was heard says how much of everything that is, and what was heard otherwise."""

import math

from ivr.prompts.catalogue import supplied
from tools.voice.listening import EVERY_WHOLE, Heard, What, page


def heard(line: str, wrong: int, text: str = "Your balance is two yuan") -> Heard:
    return Heard("en", "female", line, What.COMPOSED, "balance", text, "0c5e", "Your balance is to one", 10, wrong, 1)


def test_it_shows_shares_and_what_has_not_been_heard_yet() -> None:
    rows = page([heard("as made", 2), heard("as made", 0, "Hello"), heard("A-law", 10)]).splitlines()
    assert "| en | female | composed | as made | 2 of 100 | 10.0% | 10.0% |" in rows
    assert "| en | female | composed | A-law | 1 of 100 | 100.0% | 10.0% |" in rows
    assert "| en | female | composed | µ-law | 0 of 100 | not heard |  |" in rows
    assert rows[-1] == "| balance | Your balance is two yuan | Your balance is to one | 2 of 10 |"


def test_the_control_comes_round_to_every_prompt_with_values() -> None:
    assert math.gcd(EVERY_WHOLE, sum(bool(prompt.slots()) for prompt in supplied().values())) == 1
