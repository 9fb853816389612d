"""Words that the front ends read wrongly, and how they are read right."""

import re

from ivr.speech.kokoro import Kokoro

RESPELLED = {"zh-CN": {"一月": "医月", "一日": "医日", "幺": "腰"}, "en": {}}
"""Words, and others that sound as these should."""

RESOUNDED = {"zh-CN": {}, "en": {"jˈuːən": "juˈɑːn"}}
"""Phonemes as the front end writes them, and as they should be: yuan, said in one syllable, is taken for one."""


def sounds(kokoro: Kokoro, text: str, language: str) -> str:
    """The text's phonemes."""
    for written, said in RESPELLED[language].items():
        text = re.sub(rf"^{written}" if len(written) > 1 else written, said, text)
    phonemes = kokoro.phonemes(text, language)
    for read, right in RESOUNDED[language].items():
        phonemes = phonemes.replace(read, right)
    return phonemes
