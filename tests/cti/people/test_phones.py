"""Every phone has a password nobody chose."""

from cti.database.connection import Database
from cti.people.phones import phone_secrets, renew_phone_secret


async def test_a_secret_is_made_when_first_asked_for_and_stays(database: Database) -> None:
    first = await phone_secrets(database, ["8001", "8002"])
    again = await phone_secrets(database, ["8002", "8003"])
    assert again["8002"] == first["8002"]
    assert len({*first.values(), *again.values()}) == 3
    assert all(len(secret) >= 24 for secret in again.values())


async def test_a_secret_can_be_renewed(database: Database) -> None:
    first = await phone_secrets(database, ["8001"])
    renewed = await renew_phone_secret(database, "8001")
    assert renewed != first["8001"]
    assert await phone_secrets(database, ["8001"]) == {"8001": renewed}
