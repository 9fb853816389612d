"""The scripts of a flow as real calls: SIP, keys and prompts come to what the virtual line came to."""

from pathlib import Path
from typing import Any

from config.flow_live import played_live
from config.lab import Lab
from cti.plan.read import read_file
from ivr.flow.check import Names
from ivr.flow.document import read
from ivr.flow.load import load_text
from ivr.flow.scripts.document import script_of
from ivr.flow.scripts.play import Stage
from ivr.prompts.book import PromptBook

PLAN = read_file(Path(__file__).parents[2] / "config" / "plan.toml")
BOOK = PromptBook()
FLOW = """\
version: 1
languages: {zh-CN: {}, en: {english: 1}}
start: answer
on: {error: person, limit: person}
steps:
  answer: {action: answer, next: who}
  who: {action: identify, next: greet, on: {unknown: greet}}
  greet: {action: say, prompts: [goodbye], next: language}
  language:
    action: menu
    prompts: [{prompt: language-choice, language: zh-CN}, {prompt: language-choice, language: en}]
    tries: 2
    timeout_s: 1
    keys: {"1": person, "2": english}
    on: {timeout: person, invalid: account}
  english: {action: language, language: en, next: account}
  account:
    action: collect
    prompts: [nothing-heard]
    name: account
    digits: {min: 3, max: 6}
    tries: 1
    next: words
    on: {timeout: person, invalid: person}
  words: {action: message, prompts: [goodbye], next: person, on: {empty: person}}
  person: {action: queue, queue: complaint}
"""
CALLS = """\
version: 1
flow: short
calls:
  - name: English by key, digits by keys, words after the tone
    caller: "13800000002"
    given: {customers: [{id: C2, numbers: ["13800000002"], tier: gold}]}
    turns:
      - hear: [goodbye, zh-CN/language-choice, en/language-choice]
        press: "2"
      - hear: [en/nothing-heard]
        press: "12345#"
      - hear: [en/goodbye]
        speak_s: 3
    end: {queue: complaint, language: en, customer: C2, tier: gold, carries: {account: "12345"}}
    items: [message]

  - name: silence twice
    turns:
      - silence: true
      - hear: [zh-CN/language-choice, en/language-choice]
        silence: true
    end: {queue: complaint, language: zh-CN}

  - name: hung up in the greeting
    turns:
      - hear: [goodbye]
        hang_up: true
    end: {left: true}

  - name: what cannot be played loses nobody
    given: {fails: [goodbye]}
    end: {queue: complaint}

  - name: a script that expects what does not happen
    turns:
      - press: "1"
    end: {queue: complaint, language: en}
"""


async def test_real_calls_come_to_what_the_virtual_line_came_to(asterisk: Lab, reactor: Any) -> None:
    flow = load_text(FLOW, Names.of(PLAN, BOOK.missing, BOOK.slots), file="short.yaml", name="short")
    stage = Stage({"short": flow}, PLAN, BOOK)
    script = script_of(read("short.yaml", CALLS))
    virtual = stage.play(script)
    (real,) = (await played_live(stage, [script], asterisk, reactor)).values()
    assert [one.problems for one in real] == [one.problems for one in virtual]
    assert [one.heard for one in real] == [one.heard for one in virtual]
    assert [one.ways for one in real] == [one.ways for one in virtual]
    assert [bool(one.problems) for one in real] == [False, False, False, False, True]
