import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from ivr.ari.errors import AriUnreadable
from ivr.ari.generated import Ari
from ivr.ari.operation import DEADLINE_S, Json, Query, segment, with_query


class Recorder:
    """A link that writes down what it is asked and answers one text."""

    def __init__(self, answer: bytes = b"") -> None:
        self.asked: list[tuple[str, str, Any, float]] = []
        self._answer = answer

    async def request(
        self,
        method: str,
        uri: str,
        query: Query | None = None,
        body: Json | None = None,
        *,
        deadline_s: float = DEADLINE_S,
    ) -> bytes:
        self.asked.append((method, uri, body, deadline_s))
        return self._answer


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("1700000000.1", "1700000000.1"),
        ("a b/c?d&e=f#g%h", "a%20b%2Fc%3Fd%26e%3Df%23g%25h"),
        ("张\r\n", "%E5%BC%A0%0D%0A"),
        ("..", ".."),
        ("\ud800", "%3F"),
    ],
)
def test_a_part_of_a_path_cannot_leave_its_place(value: str, escaped: str) -> None:
    assert segment(value) == escaped


def test_a_query_leaves_out_what_is_not_set_and_joins_lists_by_commas() -> None:
    query: Query = {"a": None, "b": "x y", "c": 0, "d": False, "e": ["1", "2"], "f": True}
    assert with_query("channels", query) == "channels?b=x%20y&c=0&d=false&e=1%2C2&f=true"
    assert with_query("channels", {"a": None}) == "channels"


@pytest.mark.parametrize(
    ("ask", "method", "uri", "body"),
    [
        (lambda ari: ari.channels.hangup("a/b", reason="busy"), "DELETE", "channels/a%2Fb?reason=busy", None),
        (
            lambda ari: ari.bridges.add_channel("b1", ["c1", "c2"], mute=True),
            "POST",
            "bridges/b1/addChannel?channel=c1%2Cc2&mute=true",
            None,
        ),
        (
            lambda ari: ari.channels.originate("PJSIP/1001", app="hotline", variables={"A": "b"}),
            "POST",
            "channels?endpoint=PJSIP%2F1001&app=hotline",
            {"variables": {"A": "b"}},
        ),
        (
            lambda ari: ari.applications.filter("hotline", filter={"allowed": []}),
            "PUT",
            "applications/hotline/eventFilter",
            {"allowed": []},
        ),
        (lambda ari: ari.channels.send_dtmf("c1", dtmf="#"), "POST", "channels/c1/dtmf?dtmf=%23", None),
    ],
)
async def test_an_operation_asks_for_its_method_path_and_body(
    ask: Callable[[Ari], Any], method: str, uri: str, body: Any
) -> None:
    link = Recorder()
    operation = ask(Ari(link))
    assert (operation.method, operation.uri, operation.body) == (method, uri, body)
    assert not link.asked


async def test_awaiting_it_asks_and_reads_the_answer() -> None:
    link = Recorder(b'[{"attribute":"a","value":"b","new":1}]')
    got = await Ari(link).asterisk.get_object("res_pjsip", "aor", "1001")
    assert [(each.attribute, each.value) for each in got] == [("a", "b")]
    assert link.asked == [("GET", "asterisk/config/dynamic/res_pjsip/aor/1001", None, DEADLINE_S)]


async def test_a_deadline_of_its_own() -> None:
    link = Recorder()
    await Ari(link).channels.answer("c1").within(0.5)
    assert [deadline for *_, deadline in link.asked] == [0.5]


async def test_two_equal_requests_are_two_requests() -> None:
    link = Recorder()
    ari = Ari(link)
    await asyncio.gather(ari.channels.answer("c1"), ari.channels.answer("c1"))
    assert len(link.asked) == 2


@pytest.mark.parametrize("answer", [b"", b"[]", b'{"value":5}', b"\xff"])
async def test_an_answer_of_another_shape_is_named(answer: bytes) -> None:
    with pytest.raises(AriUnreadable, match=r"GET asterisk/variable: "):
        await Ari(Recorder(answer)).asterisk.get_global_var("X")
