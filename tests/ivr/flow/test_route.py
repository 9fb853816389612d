"""What a flow decided goes through the dialplan as one safe word and comes back equal."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.route import Route, RouteError, decode_route, encode_route

words = st.text(min_size=1).filter(lambda text: text.encode("utf-8", "replace").decode() == text)
routes = st.builds(
    Route,
    queue=words,
    tier=words,
    language=words,
    access=words,
    caller=words | st.just(""),
    skills=st.dictionaries(words, st.integers(1, 10)),
    urgency=st.integers(0, 3600),
    customer=st.none() | words,
    learned=st.dictionaries(words, words | st.just("")),
)


@given(routes)
def test_it_comes_back_equal(route: Route) -> None:
    assert decode_route(encode_route(route)) == route


@given(routes)
def test_nothing_in_it_means_anything_to_a_dialplan(route: Route) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_.~%=&-]*", encode_route(route))


def test_it_reads_well() -> None:
    route = Route(queue="repair", tier="vip", language="zh-CN", access="95000", skills={"zh": 1}, urgency=60)
    assert encode_route(route) == "queue=repair&tier=vip&language=zh-CN&access=95000&caller=&urgency=60&skill.zh=1"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no queue|bad query"),
        ("queue=service", "no tier, language, access"),
        ("queue=service&tier=vip&language=en&access=1&urgency=soon", "urgency is 'soon'"),
        ("queue=service&tier=vip&language=en&access=1&skill.zh=-1", "skill.zh is '-1'"),
        ("queue=service&tier=vip&language=en&access=1&owner=me", "'owner' is not a part"),
        ("nonsense", "bad query"),
    ],
)
def test_what_is_no_route_is_refused_by_name(text: str, why: str) -> None:
    with pytest.raises(RouteError, match=why):
        decode_route(text)
