import pytest

from ivr.ari.version import Rest, rest_for


@pytest.mark.parametrize(
    ("version", "rest"),
    [
        ("22.10.1+dfsg+~cs6.17.60671434-1", "websocket"),
        ("22.4.0", "websocket"),
        ("22.3.2", "http"),
        ("22.3.2~dfsg+~cs6.16.40431414-1", "http"),
        ("21.9.0", "websocket"),
        ("21.8.0", "http"),
        ("20.14.1", "websocket"),
        ("20.13.0", "http"),
        ("20.6.0~dfsg+~cs6.13.40431414-2build5", "http"),
        ("certified-22.8-cert1", "websocket"),
        ("certified/20.7-cert2", "http"),
        ("18.26.4", "http"),
        ("23.0.0", "websocket"),
        ("GIT-master-7f3a2b", "http"),
        ("", "http"),
        ("22." + "9" * 5000, "websocket"),
    ],
)
def test_requests_travel_on_the_websocket_where_asterisk_takes_them(version: str, rest: Rest) -> None:
    assert rest_for(version) == rest
