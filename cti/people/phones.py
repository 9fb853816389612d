"""The SIP passwords of phones: made by chance when an extension is first asked for, kept in the database."""

import secrets
from collections.abc import Iterable

from sqlalchemy import select

from cti.database.connection import Database
from cti.database.models import PhoneSecret


async def phone_secrets(database: Database, extensions: Iterable[str]) -> dict[str, str]:
    """The password of each of these extensions, made now where there was none."""
    wanted = sorted(set(extensions))
    async with database.writing() as session:
        rows = await session.scalars(select(PhoneSecret).where(PhoneSecret.extension.in_(wanted)))
        found = {row.extension: row.secret for row in rows}
        for extension in wanted:
            if extension not in found:
                found[extension] = secrets.token_urlsafe(18)
                session.add(PhoneSecret(extension=extension, secret=found[extension]))
    return found


async def renew_phone_secret(database: Database, extension: str) -> str:
    """A new password for this extension; the phone must be given it, the old one is gone."""
    secret = secrets.token_urlsafe(18)
    async with database.writing() as session:
        await session.merge(PhoneSecret(extension=extension, secret=secret))
    return secret
