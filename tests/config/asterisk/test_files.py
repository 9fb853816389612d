"""What the generated files promise."""

import dataclasses
import re
import stat
from pathlib import Path, PurePosixPath

import pytest

from config.asterisk import AsteriskSpec, Login, Trunk, render, write
from config.asterisk.files import foreign
from config.asterisk.spec import Phones, Tls
from ivr.phones import MEDIA_ENCRYPTION

TLS = Tls(certificate=PurePosixPath("/certs/hotline.pem"), key=PurePosixPath("/certs/hotline-key.pem"))


def test_the_same_spec_gives_the_same_files(spec: AsteriskSpec) -> None:
    assert render(spec) == render(spec)


def test_every_listener_binds_to_loopback_unless_told_otherwise(spec: AsteriskSpec) -> None:
    files = render(spec)
    binds = re.findall(r"^(?:bind|bindaddr)=(.*)$", "\n".join(files.values()), re.MULTILINE)
    assert len(binds) == 5
    assert {bind.partition(":")[0] for bind in binds} == {"127.0.0.1"}
    opened = render(dataclasses.replace(spec, address="192.0.2.7"))
    assert "bind=192.0.2.7:5060" in opened["pjsip.conf"]
    assert "bindaddr=127.0.0.1" in opened["http.conf"]
    assert "bindaddr=127.0.0.1" in opened["manager.conf"]
    assert "bindaddr=192.0.2.7" in render(dataclasses.replace(spec, control_address="192.0.2.7"))["http.conf"]


def test_an_ipv6_address_is_written_in_brackets_where_a_port_follows(spec: AsteriskSpec) -> None:
    files = render(dataclasses.replace(spec, address="::1", control_address="::1", hotline_host="::1"))
    assert "bind=[::1]:5060" in files["pjsip.conf"]
    assert "bindaddr=::1\n" in files["http.conf"]
    assert "AGI(agi://[::1]:4573/contact)" in files["extensions.conf"]


def test_secrets_are_the_specs_own_and_in_no_other_file(spec: AsteriskSpec) -> None:
    files = render(spec)
    assert [name for name, text in files.items() if spec.ari.secret in text] == ["ari.conf"]
    assert [name for name, text in files.items() if spec.ami.secret in text] == ["manager.conf"]
    passwords = re.findall(r"^(?:password|secret)=(.*)$", "\n".join(files.values()), re.MULTILINE)
    assert sorted(passwords) == sorted([spec.ari.secret, spec.ami.secret])


def test_each_lab_has_secrets_of_its_own_and_repr_hides_them() -> None:
    one, two = Login.new("hotline"), Login.new("hotline")
    assert one.secret != two.secret
    assert one.secret not in repr(one)


def test_ari_waits_for_a_slow_reader_and_adds_no_variables_to_events(spec: AsteriskSpec) -> None:
    text = render(spec)["ari.conf"]
    assert "websocket_write_timeout=1000" in text
    assert "channelvars" not in text


def test_ami_sends_no_events_and_may_only_do_what_hotline_needs(spec: AsteriskSpec) -> None:
    text = render(spec)["manager.conf"]
    assert "read=\n" in text
    assert "write=call,system\n" in text
    assert "webenabled=no" in text


def test_dangerous_functions_are_closed(spec: AsteriskSpec) -> None:
    assert "live_dangerously=no" in render(spec)["asterisk.conf"]
    modules = render(spec)["modules.conf"]
    assert "autoload=no" in modules
    assert not {"app_system", "func_shell", "func_env", "res_realtime"} & set(re.findall(r"load=(\w+)", modules))


def test_the_packaged_template_marker_is_not_used_for_the_folders(spec: AsteriskSpec) -> None:
    assert "\n[directories]\n" in render(spec)["asterisk.conf"]


def test_app_queue_and_webrtc_are_there(spec: AsteriskSpec) -> None:
    modules = render(spec)["modules.conf"]
    for module in ("app_queue", "res_pjsip_transport_websocket", "res_srtp", "res_http_websocket"):
        assert f"load={module}.so" in modules
    assert "protocol=ws" in render(spec)["pjsip.conf"]


@pytest.mark.parametrize(("version", "there"), [((20, 14), False), ((22, 4), False), ((22, 10), True)])
def test_modules_of_newer_releases_are_asked_for_only_there(
    spec: AsteriskSpec, version: tuple[int, int], there: bool
) -> None:
    assert ("res_cdrel_custom" in render(dataclasses.replace(spec, version=version))["modules.conf"]) is there


def test_phones_are_looked_for_by_name_before_trunks_by_address(spec: AsteriskSpec) -> None:
    assert "endpoint_identifier_order=username,ip,anonymous" in render(spec)["pjsip.conf"]


def test_a_trunk_takes_its_carriers_addresses_without_transcoding(spec: AsteriskSpec) -> None:
    text = render(spec)["pjsip.conf"]
    assert "allow=!all,alaw,ulaw\n" in text
    assert "context=hotline-in\n" in text
    assert "allow_transfer=no\n" in text
    assert "[carrier-addresses]\ntype=identify\nendpoint=carrier\nmatch=192.0.2.0/24\n" in text
    assert "registration" not in text


def test_a_trunk_that_asks_for_it_is_registered_with_and_kept_alive(spec: AsteriskSpec) -> None:
    login = Login.new("8001")
    trunk = Trunk(name="carrier", host="sip.carrier.example:5060", login=login, register=True)
    text = render(dataclasses.replace(spec, trunks=(trunk,)))["pjsip.conf"]
    assert "qualify_frequency=30" in text
    assert "client_uri=sip:8001@sip.carrier.example:5060" in text
    assert f"password={login.secret}" in text
    assert "type=identify" not in text


def test_phones_live_in_memory_beside_the_files(spec: AsteriskSpec) -> None:
    text = render(spec)["sorcery.conf"]
    for kind in ("endpoint", "auth", "aor"):
        assert f"{kind}=config,pjsip.conf,criteria=type={kind}\n{kind}=memory\n" in text


def test_files_reach_the_disk_whole_and_hidden_from_others(tmp_path: Path, spec: AsteriskSpec) -> None:
    write(render(spec), tmp_path / "etc")
    written = sorted(path.name for path in (tmp_path / "etc").iterdir())
    assert written == sorted(render(spec))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "etc").iterdir()}
    assert modes == {0o600}


def test_files_of_somebody_else_are_told_from_ours(tmp_path: Path, spec: AsteriskSpec) -> None:
    write(render(spec), tmp_path)
    (tmp_path / "pjsip.conf").write_text("[global]\n")
    (tmp_path / "unrelated.conf").write_text("")
    assert foreign(render(spec), tmp_path) == [tmp_path / "pjsip.conf"]


def test_browsers_of_other_machines_are_answered_over_tls_when_there_is_a_certificate(spec: AsteriskSpec) -> None:
    assert "tls" not in render(spec)["http.conf"]
    lines = render(dataclasses.replace(spec, tls=TLS, address="192.0.2.10"))["http.conf"].splitlines()
    assert {"tlsenable=yes", "tlsbindaddr=192.0.2.10:8089", "tlscertfile=/certs/hotline.pem"} <= set(lines)
    assert "bindaddr=127.0.0.1" in lines


def test_sip_is_there_over_tls_when_there_is_a_certificate(spec: AsteriskSpec) -> None:
    assert "protocol=tls" not in render(spec)["pjsip.conf"]
    text = render(dataclasses.replace(spec, tls=TLS, address="192.0.2.10"))["pjsip.conf"]
    assert "protocol=tls\nbind=192.0.2.10:5061\ncert_file=/certs/hotline.pem\n" in text
    assert "method=tlsv1_2\n" in text
    assert "verify_server" not in text


def test_a_carrier_over_tls_is_verified_and_its_audio_encrypted(spec: AsteriskSpec) -> None:
    login = Login.new("8001")
    trunk = Trunk(
        name="carrier",
        host="sip.carrier.example",
        login=login,
        register=True,
        transport="tls",
        media_encryption="sdes",
    )
    tls = dataclasses.replace(TLS, authorities=PurePosixPath("/certs/ca.pem"))
    text = render(dataclasses.replace(spec, tls=tls, trunks=(trunk,)))["pjsip.conf"]
    assert "ca_list_file=/certs/ca.pem\nverify_server=yes\n" in text
    assert "transport=tls\nmedia_encryption=sdes\n" in text
    assert "contact=sip:sip.carrier.example\\;transport=tls\n" in text
    assert "server_uri=sip:sip.carrier.example\\;transport=tls\n" in text


def test_hotline_is_told_by_a_global_variable_that_phones_must_be_encrypted(spec: AsteriskSpec) -> None:
    assert MEDIA_ENCRYPTION not in render(spec)["extensions.conf"]
    demanding = dataclasses.replace(spec, tls=TLS, phones=Phones(media_encryption="sdes"))
    assert f"[globals]\n{MEDIA_ENCRYPTION}=sdes\n" in render(demanding)["extensions.conf"]


def test_callers_on_hold_hear_hotlines_own_music(spec: AsteriskSpec) -> None:
    folder = re.search(r"^directory=(.*)$", render(spec)["musiconhold.conf"], re.MULTILINE)
    assert folder
    assert [file.suffix for file in Path(folder[1]).iterdir()] == [".wav"]
