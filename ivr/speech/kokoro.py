"""Kokoro neural speech: text in, samples out.

Needs the `voice` extra and a folder of weights made by `tools/voice` (`kokoro.onnx`, `voices/NAME.bin`). Building the
prompts and speaking at run time both come through here; nothing else of hotline needs the extra.
"""

import functools
import re
import types
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from ivr.speech.level import Samples

RATE = 24_000
_STYLE = 256
_LATIN = re.compile(r"[A-Za-z][A-Za-z' .-]*")

VOICES: Mapping[str, Mapping[str, Mapping[str, float]]] = types.MappingProxyType(
    {
        "zh-CN": {"female": {"zf_xiaoyi": 1.0}, "male": {"zm_yunxi": 1.0}},
        "en": {"female": {"af_heart": 1.0}, "male": {"am_michael": 1.0}},
    }
)
"""Language -> our name of the voice -> Kokoro's voices and their shares."""


class VoiceUnusable(Exception):
    """The extra or the weights are not there, or the text cannot be spoken; the message says what to do."""


class Kokoro:
    """One loaded model. Loading takes about a second, speaking about a quarter of the time of the speech a core."""

    def __init__(self, weights: Path, threads: int = 1) -> None:
        model = weights / "kokoro.onnx"
        if not model.is_file():
            raise VoiceUnusable(f"{model} is missing: make the weights with `python -m tools.voice weights {weights}`")
        try:
            import onnxruntime
            from kokoro_onnx.tokenizer import Tokenizer
            from misaki import zh
        except ImportError as missing:
            raise VoiceUnusable(f"{missing.name} is not installed: pip install 'hotline[voice]'") from missing
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._weights = weights
        self._tokenizer: Any = Tokenizer()
        self._mandarin: Any = zh.ZHG2P()
        self._style = functools.lru_cache(maxsize=None)(self._read_style)

    def phonemes(self, text: str, language: str) -> str:
        """The sounds of a text in Kokoro's letters; Latin words within Mandarin are read as English."""
        if language != "zh-CN":
            return str(self._tokenizer.phonemize(text, "en-us"))
        parts: list[str] = []
        end = 0
        for latin in _LATIN.finditer(text):
            parts += [self._hanzi(text[end : latin.start()]), str(self._tokenizer.phonemize(latin.group(), "en-us"))]
            end = latin.end()
        return " ".join(part for part in [*parts, self._hanzi(text[end:])] if part)

    def _hanzi(self, text: str) -> str:
        return str(self._mandarin(text)[0]) if text.strip() else ""

    def speak(self, phonemes: str, language: str, voice: str, speed: float = 1.0) -> "Samples":
        """One sentence (at most 510 phonemes) at 24 kHz, -1 to 1. `speed` 1.0 is the voice's own pace."""
        tokens: list[int] = self._tokenizer.tokenize(phonemes)
        if not tokens:
            raise VoiceUnusable(f"nothing in {phonemes!r} can be spoken")
        style = self._style(language, voice)
        (audio,) = self._session.run(
            ["audio"],
            {
                "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
                "style": style[min(len(tokens), len(style)) - 1][None, :],
                "speed": np.array([speed], dtype=np.float32),
            },
        )
        return np.asarray(np.ravel(audio), dtype=np.float64)

    def _read_style(self, language: str, voice: str) -> Any:
        try:
            shares = VOICES[language][voice]
        except KeyError:
            raise VoiceUnusable(f"there is no voice {voice!r} for {language!r}: {VOICES}") from None
        return sum(
            np.float32(share) * np.fromfile(self._weights / "voices" / f"{name}.bin", dtype="<f4").reshape(-1, _STYLE)
            for name, share in shares.items()
        )
