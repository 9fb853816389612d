"""A route survives its form as a channel variable, and that form means nothing to a dialplan."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.plan import Preferred
from ivr.flow.route import Route, RouteError, decode_route, encode_route

names = st.text(min_size=1, max_size=12)
routes = st.builds(
    Route,
    queue=names,
    tier=names,
    language=names,
    access=names,
    caller=st.text(max_size=20),
    skills=st.dictionaries(names, st.integers(1, 10), max_size=4),
    urgency=st.integers(0, 3600),
    credit_ms=st.integers(0, 10**9),
    relaxation=st.none() | names,
    preferred=st.lists(
        st.builds(
            Preferred,
            agents=st.lists(st.from_regex(r"[0-9A-Za-z_]{1,32}", fullmatch=True), min_size=1, max_size=3).map(tuple),
            for_ms=st.integers(0, 600_000),
        ),
        max_size=3,
    ).map(tuple),
    customer=st.none() | st.text(max_size=20),
    keys=st.dictionaries(st.sampled_from("0123456789*#"), st.text(min_size=1, max_size=20), max_size=4),
    messages=st.lists(st.from_regex(r"[0-9A-Za-z_-]{1,32}", fullmatch=True), max_size=3).map(tuple),
    music=st.text(max_size=12),
    learned=st.dictionaries(names, st.text(max_size=20), max_size=4),
)


@given(routes)
def test_comes_back_as_it_was(route: Route) -> None:
    assert decode_route(encode_route(route)) == route


@given(routes)
def test_is_letters_digits_and_a_few_signs(route: Route) -> None:
    assert re.fullmatch(r"[A-Za-z0-9._~%&=-]*", encode_route(route))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no queue, tier, language, access"),
        ("queue=a&tier=b&language=zh-CN", "no access"),
        ("queue=a&tier=b&language=zh-CN&access=1&colour=red", "'colour' is not a part"),
        ("queue=a&tier=b&language=zh-CN&access=1&urgency=soon", "urgency is 'soon'"),
        ("queue", "field"),
        ("queue=a&tier=b&language=zh-CN&access=1&preferred=2000", "'2000', which names nobody"),
        ("queue=a&tier=b&language=zh-CN&access=1&preferred=long-1001", "preferred is 'long'"),
    ],
)
def test_what_is_no_route_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(RouteError, match=why):
        decode_route(text)
