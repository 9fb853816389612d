"""Logs: one line an event, for people or for machines; no whole number, no line that a caller made up."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logs import set_up
from config.sections import LogSettings


@pytest.fixture(autouse=True, scope="module")
def _twisted_has_begun() -> None:
    """Until it is first told where to, Twisted keeps its messages: those of other tests would come into ours."""
    written()


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def written(**settings: str) -> io.StringIO:
    stream = io.StringIO()
    set_up(LogSettings(**settings), stream)  # type: ignore[arg-type]
    return stream


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_is_one_object_a_line() -> None:
    stream = written(format="json")
    structlog.get_logger("hotline.test").info("offer made", agent="1001", offer=7)
    (line,) = lines(stream)
    assert (line["event"], line["agent"], line["offer"], line["level"]) == ("offer made", "1001", 7, "info")
    assert str(line["timestamp"]).endswith("Z")


def test_numbers_are_masked_wherever_they_stand() -> None:
    stream = written(format="json")
    structlog.get_logger().info("call from 13800005678", caller="+8613800005678", learned={"number": "02088881234"})
    (line,) = lines(stream)
    assert line["event"] == "call from 138****5678"
    assert line["caller"] == "138****5678"
    assert line["learned"] == {"number": "020****1234"}


def test_ids_and_short_numbers_stay_readable() -> None:
    stream = written(format="json")
    structlog.get_logger().info("x", contact="pbx1-1700000000.12", access="95000", extension="8001", at=1700000000000)
    (line,) = lines(stream)
    assert (line["contact"], line["access"], line["extension"]) == ("pbx1-1700000000.12", "95000", "8001")
    assert line["at"] == 1700000000000


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_name_with_line_breaks_stays_on_its_line(form: str) -> None:
    stream = written(format=form)
    structlog.get_logger().info("call", name='x"\r\nEXEC System id\x1b[31m')
    assert len(stream.getvalue().splitlines()) == 1
    assert "\x1b[31m" not in stream.getvalue()
    assert "␍␊EXEC System id␛[31m" in stream.getvalue()


def test_the_standard_library_goes_the_same_way() -> None:
    stream = written(format="json")
    logging.getLogger("some.library").warning("refused %s", "13800005678")
    (line,) = lines(stream)
    assert (line["event"], line["logger"]) == ("refused 138****5678", "some.library")


def test_twisted_goes_the_same_way() -> None:
    from twisted.logger import Logger

    stream = written(format="json")
    Logger("session").warn("peer {number} is gone", number="13800005678")
    assert "peer 138****5678 is gone" in str(lines(stream)[-1]["event"])


def test_what_is_below_the_level_is_not_written() -> None:
    stream = written(format="json", level="warning")
    structlog.get_logger().info("not this")
    structlog.get_logger().warning("this")
    assert [line["event"] for line in lines(stream)] == ["this"]


def test_an_exception_is_written_with_its_traceback_in_the_same_object() -> None:
    stream = written(format="json")
    try:
        raise ValueError("number 13800005678")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = lines(stream)
    assert "ValueError: number 138****5678" in str(line["exception"])
