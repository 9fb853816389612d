"""An agent's phone as Asterisk's objects."""

import pytest

from ivr.phones import PhoneError, hands_transfers_to_ari, is_as_sent, media_address, phone_objects

PASSWORD = "a-long-password"


def test_a_phone_is_an_auth_an_aor_and_an_endpoint_that_names_both() -> None:
    auth, aor, endpoint = phone_objects("8001", PASSWORD)
    assert [(each.type, each.id) for each in (auth, aor, endpoint)] == [
        ("auth", "8001"),
        ("aor", "8001"),
        ("endpoint", "8001"),
    ]
    assert auth.fields == {"auth_type": "userpass", "username": "8001", "password": PASSWORD}
    assert (endpoint.fields["auth"], endpoint.fields["aors"]) == ("8001", "8001")


def test_the_newest_registration_takes_over() -> None:
    _, aor, _ = phone_objects("8001", PASSWORD)
    assert (aor.fields["max_contacts"], aor.fields["remove_existing"]) == ("1", "yes")


def test_a_phone_is_known_by_its_name_and_never_by_its_address() -> None:
    assert phone_objects("8001", PASSWORD)[2].fields["identify_by"] == "username"


def test_a_phone_that_lost_its_network_ends() -> None:
    assert int(phone_objects("8001", PASSWORD)[2].fields["rtp_timeout"]) > 0


def test_a_page_that_is_gone_is_missed_sooner_for_its_agent_may_rejoin() -> None:
    page, phone = (phone_objects("8001", PASSWORD, webrtc=webrtc)[2].fields for webrtc in (True, False))
    assert int(page["rtp_timeout"]) < int(phone["rtp_timeout"])


def test_a_transfer_by_the_phone_itself_is_refused_unless_ari_takes_it() -> None:
    assert phone_objects("8001", PASSWORD)[2].fields["allow_transfer"] == "no"
    assert phone_objects("8001", PASSWORD, transfers_to_ari=True)[2].fields["allow_transfer"] == "yes"


def test_a_browsers_phone_speaks_webrtc_and_is_not_asked_whether_it_is_there() -> None:
    _, aor, endpoint = phone_objects("8001", PASSWORD, webrtc=True)
    assert endpoint.fields["webrtc"] == "yes"
    assert aor.fields["qualify_frequency"] == "0"


def test_an_encrypted_phone_is_rung_over_tls_with_srtp_alone_and_a_page_as_always() -> None:
    phone, page = (phone_objects("8001", PASSWORD, webrtc=webrtc, encrypted=True)[2].fields for webrtc in (False, True))
    assert (phone["media_encryption"], phone["transport"]) == ("sdes", "tls")
    assert "media_encryption" not in page
    assert "media_encryption" not in phone_objects("8001", PASSWORD)[2].fields


def test_no_transcoding_towards_a_carrier() -> None:
    assert phone_objects("8001", PASSWORD)[2].fields["allow"] == "!all,alaw,ulaw"


def test_audio_is_bound_to_one_address_if_there_is_one() -> None:
    endpoint = phone_objects("8001", PASSWORD, media_address="192.0.2.1")[2].fields
    assert (endpoint["media_address"], endpoint["bind_rtp_to_media_address"]) == ("192.0.2.1", "yes")
    assert "media_address" not in phone_objects("8001", PASSWORD)[2].fields


@pytest.mark.parametrize(
    ("bind", "address"),
    [("127.0.0.1:5060", "127.0.0.1"), ("[::1]:5060", "::1"), ("0.0.0.0:5060", None), ("[::]:5060", None), ("", None)],
)
def test_audio_follows_the_transports_address(bind: str, address: str | None) -> None:
    assert media_address(bind) == address


@pytest.mark.parametrize("extension", ["", "80 01", "8001;", "../8001", "8001\r\n", "-8001", "9" * 41])
def test_an_extension_that_is_no_name_is_refused(extension: str) -> None:
    with pytest.raises(PhoneError, match="extension"):
        phone_objects(extension, PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "with\nbreak-in-it", "x" * 129])
def test_a_password_too_short_or_unprintable_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(PhoneError, match="8001: its password") as refusal:
        phone_objects("8001", password)
    assert not password or password not in str(refusal.value)


@pytest.mark.parametrize(
    ("version", "hands"),
    [
        (None, False),
        ((20, 12), False),
        ((20, 13), True),
        ((21, 7), False),
        ((21, 9), True),
        ((22, 2), False),
        ((22, 3), True),
        ((23, 0), True),
    ],
)
def test_from_which_release_a_phones_own_transfer_comes_to_us(version: tuple[int, int] | None, hands: bool) -> None:
    assert hands_transfers_to_ari(version) is hands


def test_what_asterisk_gives_back_is_compared_with_what_it_was_sent() -> None:
    fields = {"max_contacts": "1", "remove_existing": "yes"}
    there = {"max_contacts": "1", "remove_existing": "true", "contact": "sip:8001@127.0.0.1:5062"}
    assert is_as_sent(fields, there)
    assert not is_as_sent({**fields, "qualify_frequency": "30"}, {**there, "qualify_frequency": "0"})
    assert not is_as_sent({**fields, "qualify_frequency": "30"}, there)
