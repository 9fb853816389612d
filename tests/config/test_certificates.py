"""An authority of one's own, and the certificates it signs."""

import asyncio
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from fastapi import FastAPI
from typer.testing import CliRunner

from config.certificates import CertificateRefused, authority_of, make, server_of
from config.cli import app
from config.running import session
from cti.api.operator_pass import Pass
from cti.api.serve import ApiServer, CertificateUnusable

NOW = datetime.now(UTC)


def names(folder: Path) -> list[str]:
    certificate = x509.load_pem_x509_certificate(server_of(folder).certificate.read_bytes())
    found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in found]


def test_a_certificate_names_the_hosts_and_this_machine(tmp_path: Path) -> None:
    assert make(tmp_path, ["desk.example.cn", "192.0.2.10", "*.example.cn"], NOW)
    assert names(tmp_path) == ["desk.example.cn", "192.0.2.10", "*.example.cn", "localhost", "127.0.0.1", "::1"]


def test_keys_are_their_owners_alone(tmp_path: Path) -> None:
    make(tmp_path, [], NOW)
    for pair in (authority_of(tmp_path), server_of(tmp_path)):
        assert stat.S_IMODE(pair.key.stat().st_mode) == 0o600


def test_a_second_certificate_is_of_the_same_authority(tmp_path: Path) -> None:
    make(tmp_path, ["old.example.cn"], NOW)
    before = authority_of(tmp_path).certificate.read_bytes()
    assert not make(tmp_path, ["new.example.cn"], NOW)
    assert authority_of(tmp_path).certificate.read_bytes() == before
    assert "new.example.cn" in names(tmp_path)


@pytest.mark.parametrize("host", ["https://desk.example.cn", "desk.example.cn:8090", "", "a b"])
def test_what_is_no_host_is_refused(tmp_path: Path, host: str) -> None:
    with pytest.raises(CertificateRefused, match="neither a name nor an address"):
        make(tmp_path, [host], NOW)


def test_an_authority_without_its_key_is_refused(tmp_path: Path) -> None:
    make(tmp_path, [], NOW)
    authority_of(tmp_path).key.unlink()
    with pytest.raises(CertificateRefused, match=r"ca-key\.pem"):
        make(tmp_path, [], NOW)


def test_another_authoritys_key_is_refused(tmp_path: Path) -> None:
    for name in ("one", "other"):
        make(tmp_path / name, [], NOW)
    authority_of(tmp_path / "other").key.replace(authority_of(tmp_path / "one").key)
    with pytest.raises(CertificateRefused, match="is not the key"):
        make(tmp_path / "one", [], NOW)


def test_the_command_says_where_to_put_them(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["certs", str(tmp_path / "certs"), "--host", "desk.example.cn"])
    assert done.exit_code == 0, done.output
    assert f'tls_certificate = "{server_of(tmp_path / "certs").certificate}"' in done.output
    assert "[tls]" in done.output
    assert str(authority_of(tmp_path / "certs").certificate) in done.output


@pytest.fixture
def served(tmp_path: Path) -> ApiServer:
    make(tmp_path, ["desk.example.cn"], NOW)
    pages = FastAPI()

    @pages.get("/")
    async def page() -> str:
        return "here"

    pair = server_of(tmp_path)
    return ApiServer(pages, "127.0.0.1", 0, certificate=pair.certificate, key=pair.key)


async def test_who_trusts_the_authority_is_answered_over_https(served: ApiServer, tmp_path: Path) -> None:
    port = await served.start()
    context = ssl.create_default_context(cafile=str(authority_of(tmp_path).certificate))
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="desk.example.cn")
    writer.write(b"GET / HTTP/1.1\r\nHost: desk.example.cn\r\nConnection: close\r\n\r\n")
    assert b'"here"' in await reader.read()
    writer.close()
    await served.stop()


async def test_who_does_not_is_not(served: ApiServer) -> None:
    port = await served.start()
    with pytest.raises(ssl.SSLCertVerificationError):
        await asyncio.open_connection("127.0.0.1", port, ssl=ssl.create_default_context())
    await served.stop()


async def test_commands_on_this_machine_trust_the_very_certificate_the_hotline_shows(
    served: ApiServer, tmp_path: Path
) -> None:
    port = await served.start()
    url = f"https://localhost:{port}"
    async with (
        session(Pass(url=url, cookie="c", token="t", certificate=str(server_of(tmp_path).certificate))) as client,
        client.get(url) as answer,
    ):
        assert await answer.json() == "here"
    await served.stop()


async def test_a_certificate_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    with pytest.raises(CertificateUnusable, match=r"broken\.pem: cannot be used"):
        await ApiServer(FastAPI(), "127.0.0.1", 0, certificate=broken, key=broken).start()


def test_browsers_accept_how_long_it_is_valid(tmp_path: Path) -> None:
    make(tmp_path, [], NOW)
    certificate = x509.load_pem_x509_certificate(server_of(tmp_path).certificate.read_bytes())
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= timedelta(days=398)
