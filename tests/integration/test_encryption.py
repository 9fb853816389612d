"""SIP over TLS and SRTP with a real Asterisk: a carrier and a phone that are heard, and those that are refused."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest
import pytest_asyncio

from config.asterisk import Trunk
from config.asterisk.spec import Phones as PhonesSpec
from config.asterisk.spec import Tls
from config.certificates import authority_of, make, server_of
from config.lab import Installation, Lab, start
from config.lab.peers.process import PeersProcess
from cti.journal.clock import Clock
from cti.journal.files import JournalFiles
from cti.journal.loop import FloorLoop
from ivr.ari.errors import AriRefused
from ivr.ari.generated import ChannelDestroyed, StasisStart
from ivr.ari.inbox import AriEvent
from ivr.ari.link import AriLink
from ivr.gateway.phones import Phones
from tests.fakes.flow_server import FlowServer, leave
from tests.fakes.sip_peer import SipPeer

PHONE, PLAIN = "8001", "8002"
PASSWORD = "phone-secret-1"
FAR = 10.0

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(60)]


class Carrier:
    """A carrier's TLS port: the first line it was sent there; nothing when its certificate was refused."""

    def __init__(self, folder: Path, address: str = "127.0.0.1") -> None:
        make(folder, [], datetime.now(UTC))
        pair = server_of(folder)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pair.certificate, pair.key)
        self.authority = authority_of(folder).certificate
        self.asked: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.host = address

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, self.host, 0)
        self.host = f"{self.host}:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = b""
        with suppress(OSError):
            await writer.start_tls(self._context)
            line = await reader.readline()
        if not self.asked.done():
            self.asked.set_result(line.decode())
        writer.close()

    def close(self) -> None:
        self._server.close()


@dataclass
class Encrypted:
    lab: Lab
    link: AriLink
    entered: "asyncio.Queue[StasisStart]"
    ended: "asyncio.Queue[ChannelDestroyed]"
    peers: PeersProcess
    carrier: Carrier
    stranger: Carrier
    misnamed: Carrier

    @property
    def sips(self) -> str:
        return f"127.0.0.1:{self.lab.spec.ports.sips}"

    async def secure(self, channel: str) -> tuple[str, str]:
        """Whether Asterisk says of a call that its signalling and its audio are encrypted."""
        ask = self.link.ari.channels.get_channel_var
        return (
            (await ask(channel, "CHANNEL(pjsip,secure)")).value,
            (await ask(channel, "CHANNEL(rtp,secure)")).value,
        )


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def here(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Encrypted]:
    """An Asterisk that demands encryption of its phones and of its carriers, and the phones hotline tells it of."""
    folder = tmp_path_factory.mktemp("encryption")
    carrier, stranger = Carrier(folder / "carrier"), Carrier(folder / "stranger")
    misnamed = Carrier(folder / "carrier", "127.0.0.2")
    for each in (carrier, stranger, misnamed):
        await each.open()
    pair = server_of(folder / "carrier")
    tls = Tls(
        certificate=PurePosixPath(pair.certificate),
        key=PurePosixPath(pair.key),
        authorities=PurePosixPath(carrier.authority),
    )
    trunks = (
        Trunk(match=("127.0.0.0/8",), host=carrier.host, transport="tls", media_encryption="sdes"),
        Trunk(name="stranger", host=stranger.host, transport="tls"),
        Trunk(name="misnamed", host=misnamed.host, transport="tls"),
    )
    entered: asyncio.Queue[StasisStart] = asyncio.Queue()
    ended: asyncio.Queue[ChannelDestroyed] = asyncio.Queue()
    up = asyncio.Event()

    def take(event: AriEvent) -> None:
        if isinstance(event, StasisStart):
            entered.put_nowait(event)
        elif isinstance(event, ChannelDestroyed):
            ended.put_nowait(event)

    journal = JournalFiles(folder / "journal")
    loop = FloorLoop(journal.open().floor, journal, Clock())
    async with (
        await start(
            folder / "encrypted",
            installation=installation,
            tls=tls,
            trunks=trunks,
            phones=PhonesSpec(media_encryption="sdes"),
        ) as lab,
        PeersProcess(authorities=carrier.authority) as peers,
    ):
        link = AriLink(
            lab.name,
            f"http://127.0.0.1:{lab.spec.ports.http}/ari",
            lab.spec.ari.user,
            lab.spec.ari.secret,
            "hotline",
            allowed_events=(StasisStart, ChannelDestroyed),
            on_event=take,
            on_up=up.set,
            on_down=lambda error: None,
        )
        await link.start()
        async with asyncio.timeout(FAR):
            await up.wait()

        async def secrets(extensions: object) -> dict[str, str]:
            return dict.fromkeys((PHONE, PLAIN), PASSWORD)

        await Phones(secrets, lambda: (PHONE, PLAIN), set, loop).bring_up(link, lambda event: None)
        yield Encrypted(lab, link, entered, ended, peers, carrier, stranger, misnamed)
        await link.stop()
    for each in (carrier, stranger, misnamed):
        each.close()


async def test_a_call_from_a_carrier_to_a_phone_is_encrypted_and_heard_both_ways(here: Encrypted) -> None:
    phone = await here.peers.plug_in(PHONE, password=PASSWORD, server=here.sips, encrypted=True)
    async with FlowServer.on(here.lab.spec.ports.agi, leave("queue", HOTLINE_ROUTE="q")), asyncio.timeout(FAR):
        call = await here.peers.dial("95500", caller="13800000001", server=here.sips, encrypted=True)
        waiting = (await here.entered.get()).channel.id
        await here.link.ari.channels.originate(f"PJSIP/{PHONE}", app="hotline", channel_id="leg")
        assert (await here.entered.get()).channel.id == "leg"
        await here.link.ari.bridges.create_with_id("talk", type="mixing")
        await here.link.ari.bridges.add_channel("talk", [waiting, "leg"])
        await call.wait_for("heard", tone_hz=phone.tone_hz, deadline_s=FAR)
        await phone.wait_for("heard", deadline_s=FAR)
        assert await here.secure(waiting) == await here.secure("leg") == ("1", "1")
    await call.hang_up()
    await here.link.ari.channels.hangup("leg")
    await here.link.ari.bridges.destroy("talk")


async def test_a_carriers_call_without_encrypted_audio_is_refused(here: Encrypted) -> None:
    carrier = await SipPeer.open(here.lab.spec.ports.sip)
    async with asyncio.timeout(FAR):
        assert await carrier.invite("95500").established() == 488
    carrier.close()


async def test_a_phone_that_registered_in_clear_text_is_not_rung(here: Encrypted) -> None:
    phone = await SipPeer.open(here.lab.spec.ports.sip)
    async with asyncio.timeout(FAR):
        assert await phone.register(PLAIN, PASSWORD) == 200
        # Refused at once when Asterisk has found out by then that it does not reach the phone over TLS.
        with suppress(AriRefused):
            await here.link.ari.channels.originate(f"PJSIP/{PLAIN}", app="hotline", channel_id="plain")
            while (await here.ended.get()).channel.id != "plain":
                pass
    assert phone.incoming.empty()
    phone.close()


async def test_a_carrier_is_asked_only_when_its_certificate_is_signed_for_it_by_who_may(here: Encrypted) -> None:
    async with asyncio.timeout(FAR):
        assert (await here.carrier.asked).startswith("OPTIONS sip:")
        assert await here.stranger.asked == ""
        assert await here.misnamed.asked == ""


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
@pytest.mark.parametrize(
    ("version", "ciphers", "is_taken"),
    [
        (ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0", False),
        (ssl.TLSVersion.TLSv1_2, "ECDHE+AESGCM", True),
        (ssl.TLSVersion.TLSv1_2, "ECDHE-ECDSA-AES256-SHA", False),
    ],
)
async def test_what_is_too_old_or_too_weak_is_not_spoken(
    here: Encrypted, version: ssl.TLSVersion, ciphers: str, is_taken: bool
) -> None:
    context = ssl.create_default_context(cafile=here.carrier.authority)
    context.set_ciphers(ciphers)
    context.minimum_version = context.maximum_version = version
    with nullcontext() if is_taken else pytest.raises(ssl.SSLError):
        _, writer = await asyncio.open_connection("127.0.0.1", here.lab.spec.ports.sips, ssl=context)
        writer.close()
