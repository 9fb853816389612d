"""What the floor, as it stands, wants of the telephone system: the commands to send again after a break.

Every command does its work once however often it is sent, so after a crash or a lost link the standing ones are simply
sent again.
"""

from acd import commands as c
from acd.contact import ContactState
from acd.floor import Floor


def standing_commands(floor: Floor) -> list[c.Command]:
    """Music for who waits, rings for open offers, bridges for talks, an end for who was released."""
    commands: list[c.Command] = []
    for contact in floor.contacts.values():
        name = contact.contact
        if contact.state in (ContactState.WAITING, ContactState.OFFERED):
            commands.append(c.StartMusic(contact=name))
        elif contact.state is ContactState.RELEASED:
            commands.append(c.DropContact(contact=name))
    for offer in floor.offers.values():
        if offer.answered_at is not None:
            commands.append(c.Connect(offer=offer.offer, contact=offer.contact))
            if offer.held:
                commands.append(c.Hold(offer=offer.offer, contact=offer.contact))
        elif offer.expires_at is not None:
            commands.append(
                c.RingAgent(
                    offer=offer.offer,
                    contact=offer.contact,
                    agent=offer.agent,
                    extension=offer.extension,
                    expires_at=offer.expires_at,
                )
            )
    return commands
