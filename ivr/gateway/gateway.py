"""All Asterisks as one telephone system: each command goes to the one that has the call."""

import asyncio
from collections.abc import Sequence

import structlog

from acd import commands as c
from acd.floor import Floor
from ivr.gateway.exchange import Exchange

log = structlog.get_logger()


class Gateway:
    """Implements `acd.commands.Telephony`. One floor, one or more Asterisks."""

    def __init__(self, floor: Floor, exchanges: Sequence[Exchange]) -> None:
        """`exchanges`: one for each Asterisk."""
        self.exchanges = {exchange.name: exchange for exchange in exchanges}
        self._floor = floor

    def release(self, commands: Sequence[c.Command]) -> None:
        """See `Telephony`."""
        for command in commands:
            for exchange in self._exchanges_for(command):
                exchange.release([command])

    def _exchanges_for(self, command: c.Command) -> list[Exchange]:
        if isinstance(command, c.CancelRing | c.DropAgent | c.DropLeg | c.CancelDial | c.EndConsult):
            # The offer is forgotten by now; where its leg is not, there is nothing to end.
            return list(self.exchanges.values())
        contact = self._floor.contacts.get(getattr(command, "contact", ""))
        if contact is None:
            return []
        exchange = self.exchanges.get(contact.asterisk)
        if exchange is None:
            known = ", ".join(self.exchanges)
            log.error(
                "a contact of an Asterisk we do not know",
                contact=contact.contact,
                asterisk=contact.asterisk,
                mend=f"name it in [[asterisk]] as its systemname says; known: {known}",
            )
            return []
        return [exchange]

    def repairs(self) -> dict[tuple[str, str], int]:
        """Differences mended since the start, by Asterisk and by what they were."""
        return {(name, why): n for name, exchange in self.exchanges.items() for why, n in exchange.repairs.items()}

    def hold(self) -> None:
        """Let no contact be offered until its Asterisk was looked at."""
        for exchange in self.exchanges.values():
            exchange.hold()

    async def start(self) -> None:
        """Begin to connect to every Asterisk."""
        for exchange in self.exchanges.values():
            await exchange.start()

    async def looked(self, deadline_s: float) -> bool:
        """Wait until every Asterisk was compared with the floor; whether that was within the deadline."""
        try:
            async with asyncio.timeout(deadline_s):
                for exchange in self.exchanges.values():
                    await exchange.reconciled.wait()
        except TimeoutError:
            return False
        return True

    async def stop(self) -> None:
        """Close every link; calls stay as they are."""
        for exchange in self.exchanges.values():
            await exchange.stop()
