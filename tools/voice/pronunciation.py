"""Words that the front ends read wrongly, and how they are read right."""

import re

from ivr.speech.kokoro import Kokoro

RESPELLED = {
    "zh-CN": {
        "一月": "医月",
        "一日": "医日",
        "幺": "腰",
        "重听": "虫听",
        "平时长": "平时常",
        "井号键": " 井号 键",
        "查理赔": "查 理赔",
        "输入您": "输入 您",
        "现在是非": "现在 是 非",
        "查询处理": "查询 处理",
    },
    "en": {},
}
"""Words, and others that sound as these should; a space parts what is no word (按井, 号键)."""

RESOUNDED = {"zh-CN": {}, "en": {"jˈuːən": "juˈɑːn"}}
"""Phonemes as the front end writes them, and as they should be: yuan, said in one syllable, is taken for one."""

_AT_THE_START = ("一月", "一日")


def sounds(kokoro: Kokoro, text: str, language: str) -> str:
    """The text's phonemes."""
    for written, said in RESPELLED[language].items():
        text = re.sub(rf"^{written}" if written in _AT_THE_START else written, said, text)
    phonemes = kokoro.phonemes(text, language)
    for read, right in RESOUNDED[language].items():
        phonemes = phonemes.replace(read, right)
    return phonemes
