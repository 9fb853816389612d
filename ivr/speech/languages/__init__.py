"""The languages that values are read in; a further one is a module here and a folder of audio."""

from collections.abc import Mapping

from ivr.speech.language import Language
from ivr.speech.languages import en, zh_cn

LANGUAGES: Mapping[str, Language] = {language.tag: language for language in (zh_cn.LANGUAGE, en.LANGUAGE)}
