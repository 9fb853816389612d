"""The agents' phones: made known to each Asterisk, and watched for being reachable on any."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

from acd import events as e
from cti.journal.loop import FloorLoop
from ivr.ari.errors import AriNotFound
from ivr.ari.generated import Endpoint
from ivr.ari.link import AriLink
from ivr.ari.version import parse
from ivr.phones import MEDIA_ENCRYPTION, hands_transfers_to_ari, is_as_sent, media_address, phone_objects

TECHNOLOGY = "PJSIP"

Secrets = Callable[[Iterable[str]], Awaitable[Mapping[str, str]]]
"""The passwords of these extensions."""


class Phones:
    """The plan's extensions."""

    def __init__(
        self,
        secrets: Secrets,
        extensions: Callable[[], Iterable[str]],
        browsers: Callable[[], Collection[str]],
        loop: FloorLoop,
    ) -> None:
        """`extensions` gives those of the plan in force, `browsers` the ones among them that are pages."""
        self._secrets = secrets
        self._extensions = extensions
        self._browsers = browsers
        self._loop = loop
        self._online: dict[str, set[str]] = {}
        """Extension -> names of the Asterisks on which it is registered."""
        self._elsewhere: dict[str, set[str]] = {}
        """Name of an Asterisk -> extensions in calls there that are not the floor's."""
        self._transfers: dict[str, bool] = {}
        """Name of an Asterisk -> whether it hands a phone's own transfer to us."""

    def known(self) -> Collection[str]:
        """The extensions of the plan in force."""
        return set(self._extensions())

    def may_transfer(self, asterisk: str) -> bool:
        """Whether a phone's own transfer (REFER) comes to us there: set on each leg, allowed at each phone."""
        return self._transfers.get(asterisk, False)

    async def bring_up(self, link: AriLink, tell: Callable[[e.Event], None]) -> None:
        """Make every phone known to one Asterisk, watch them, and learn which can be reached there now."""
        audio_at = await _media_address(link)
        self._transfers[link.name] = hands_transfers_to_ari(parse(link.version))
        encrypted = (await link.ari.asterisk.get_global_var(MEDIA_ENCRYPTION)).value == "sdes"
        for extension, secret in (await self._secrets(self._extensions())).items():
            webrtc = extension in self._browsers()
            objects = phone_objects(
                extension,
                secret,
                webrtc=webrtc,
                encrypted=encrypted,
                transfers_to_ari=self._transfers[link.name],
                media_address=audio_at,
            )
            for kind, name, fields in objects:
                if kind == "aor" and not await _is_to_be_sent(link, name, fields):
                    continue
                pairs = [{"attribute": attribute, "value": value} for attribute, value in fields.items()]
                await link.ari.asterisk.update_object("res_pjsip", kind, name, fields=pairs)
        await link.ari.applications.subscribe("hotline", [f"endpoint:{TECHNOLOGY}"])
        there = {endpoint.resource: endpoint for endpoint in await link.ari.endpoints.list_by_tech(TECHNOLOGY)}
        for extension in self._extensions():
            endpoint = there.get(extension)
            self._set(link.name, extension, endpoint is not None and endpoint.state == "online", tell)

    def changed(self, asterisk: str, endpoint: Endpoint, tell: Callable[[e.Event], None]) -> None:
        """An Asterisk says that an endpoint came or went."""
        if endpoint.technology == TECHNOLOGY and endpoint.resource in set(self._extensions()):
            self._set(asterisk, endpoint.resource, endpoint.state == "online", tell)

    def elsewhere(self, asterisk: str, endpoints: Collection[str], tell: Callable[[e.Event], None]) -> None:
        """These endpoints are in calls of the fallback or the dialplan: their agents get no offers meanwhile."""
        before = self._elsewhere.get(asterisk, set())
        now = self._elsewhere[asterisk] = set(endpoints) & set(self._extensions())
        for extension in sorted(before ^ now):
            if extension in self._online or extension in now:
                self._tell(extension, tell)

    def in_another_call(self, asterisk: str, endpoint: str, tell: Callable[[e.Event], None]) -> None:
        """This endpoint is rung for the fallback or the dialplan, or talks there, as of now."""
        there = self._elsewhere.setdefault(asterisk, set())
        if endpoint in self._online and endpoint not in there:
            there.add(endpoint)
            self._tell(endpoint, tell)

    def _set(self, asterisk: str, extension: str, online: bool, tell: Callable[[e.Event], None]) -> None:
        where = self._online.setdefault(extension, set())
        if online:
            where.add(asterisk)
        else:
            where.discard(asterisk)
        self._tell(extension, tell)

    def _tell(self, extension: str, tell: Callable[[e.Event], None]) -> None:
        busy = any(extension in there for there in self._elsewhere.values())
        reachable = bool(self._online.get(extension)) and not busy
        known = extension not in self._loop.floor.state.unreachable
        if reachable and not known:
            tell(e.PhoneReachable(at=self._loop.now(), extension=extension))
        elif known and not reachable:
            tell(e.PhoneUnreachable(at=self._loop.now(), extension=extension))


async def _is_to_be_sent(link: AriLink, extension: str, fields: Mapping[str, str]) -> bool:
    """Whether Asterisk lacks a phone's aor; one with other fields is removed for it, and the phone registers anew.

    Sent again, it would make the registered contact a lasting one: rung for ever beside the ones that come after it.
    """
    try:
        there = await link.ari.asterisk.get_object("res_pjsip", "aor", extension)
    except AriNotFound:
        return True
    if is_as_sent(fields, {field.attribute: field.value for field in there}):
        return False
    await link.ari.asterisk.delete_object("res_pjsip", "aor", extension)
    return True


async def _media_address(link: AriLink) -> str | None:
    """The address that audio is bound to: that of the SIP transport, unless it listens everywhere or is not ours."""
    try:
        fields = await link.ari.asterisk.get_object("res_pjsip", "transport", "udp")
    except AriNotFound:
        return None
    return media_address(next((field.value for field in fields if field.attribute == "bind"), ""))
