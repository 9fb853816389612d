"""`hotline certs`: https for pages and wss for browsers' phones, with an authority of one's own."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from config.certificates import authority_of, make, server_of
from config.language import said


def certs(
    folder: Annotated[Path, typer.Argument(help="Where the authority is kept and the certificate is written.")],
    host: Annotated[
        list[str] | None,
        typer.Option(help="Name or address by which browsers reach pages and Asterisk; may be given several times."),
    ] = None,
) -> None:
    """Make a certificate for pages and phones; the first time the authority too, which browsers must trust."""
    is_new = make(folder, host or [], datetime.now(UTC))
    server = server_of(folder.absolute())
    if is_new:
        certificate = authority_of(folder.absolute()).certificate
        print(said(f"# Let browsers trust {certificate}", f"# 请让浏览器信任 {certificate}"))
    print("# hotline.toml")
    print(f'[api]\ntls_certificate = "{server.certificate}"\ntls_key = "{server.key}"')
    print("# asterisk.toml (hotline asterisk-config)")
    print(f'[tls]\ncertificate = "{server.certificate}"\nkey = "{server.key}"')
