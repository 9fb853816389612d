import json
from pathlib import Path

import pytest

from ivr.ari import generated
from tools.ari_models import TARGET, DescriptionError, main, read, render, snake

ROOT = Path(__file__).parents[3]


def descriptions_at_hand() -> Path | None:
    """The rest-api folder of an installed Asterisk, or of one the lab has unpacked."""
    places = [Path("/usr/share/asterisk/rest-api"), *ROOT.glob("var/asterisk/**/usr/share/asterisk/rest-api")]
    return next((each for each in places if (each / "events.json").exists()), None)


def test_generating_again_gives_the_committed_file() -> None:
    folder = descriptions_at_hand()
    if folder is None:
        pytest.skip("no Asterisk at hand: run the lab once")
    descriptions = read(folder)
    text = render(descriptions)
    compile(text, "generated.py", "exec")
    if descriptions.digest != generated.SOURCE:
        pytest.skip("the Asterisk at hand is another version than the one ivr/ari/generated.py was written from")
    assert text == TARGET.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "python"),
    [
        ("sendDTMF", "send_dtmf"),
        ("continueInDialplan", "continue_in_dialplan"),
        ("channelId", "channel_id"),
        ("deviceStates", "device_states"),
        ("absorbDTMF", "absorb_dtmf"),
        ("from", "from_"),
        ("rtp_statistics", "rtp_statistics"),
    ],
)
def test_names_become_pythons(name: str, python: str) -> None:
    assert snake(name) == python


def events(**changed: object) -> dict[str, object]:
    return {"apis": [], "models": {"Event": {"properties": {"application": {"type": "string"}}}}} | changed


def test_no_sentence_of_asterisk_is_carried_over(tmp_path: Path) -> None:
    operation = {"nickname": "get", "httpMethod": "GET", "responseClass": "void", "summary": "A sentence."}
    told = events(apis=[{"path": "/x", "description": "A sentence.", "operations": [operation]}])
    (tmp_path / "events.json").write_text(json.dumps(told), encoding="utf-8")
    assert "A sentence" not in render(read(tmp_path))


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "no events.json here"),
        ({"events.json": "{"}, "events.json: Expecting property name"),
        (
            {"events.json": json.dumps(events(models={"Event": {"properties": {"a": {"type": "matrix"}}}}))},
            "model Event, field a: unknown type 'matrix'",
        ),
    ],
)
def test_descriptions_that_cannot_be_used_are_named(
    files: dict[str, str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(DescriptionError, match=told):
        render(read(tmp_path))
    assert main([str(tmp_path), "--output", str(tmp_path / "out.py")]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out.py").exists()
