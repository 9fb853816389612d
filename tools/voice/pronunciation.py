"""Words that the Mandarin front end reads wrongly, written with characters that it reads right."""

import re

RESPELLED = {
    "zh-CN": {"一月": "医月", "一日": "医日", "幺": "腰"},
    "en": {},
}


def respelled(text: str, language: str) -> str:
    """The text as it is given to the front end."""
    for written, said in RESPELLED[language].items():
        text = re.sub(rf"^{written}" if len(written) > 1 else written, said, text)
    return text
