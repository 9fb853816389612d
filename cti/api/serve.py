"""The API's server: uvicorn on the loop that runs already, with the process's signals left alone."""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from cti.problems import Problem, Refused

STOP_S = 3
"""How long requests under way may take to end when the server stops."""
PING_S = 10.0
"""How often an open page is asked whether it is still there, and how long it may take to say so."""

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2, with forward secrecy and authenticated encryption alone (RFC 9325); those of 1.3 are all such."""


class PortRefused(Refused):
    """The address cannot be listened on."""


class CertificateUnusable(Refused):
    """The certificate or its key cannot be used."""


class _ClientsOwn(logging.Filter):
    """What a client sent that is no text is a line of warning; uvicorn writes an error with a trace of twenty."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.msg == "Invalid UTF-8 sequence received from client.":
            record.exc_info = None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


_clients_own = _ClientsOwn()


class _Server(uvicorn.Server):
    """Tells when it is up; leaves signals to whoever owns the loop."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


class ApiServer:
    """Serves one app on one address."""

    def __init__(
        self, app: FastAPI, host: str, port: int, *, certificate: Path | None = None, key: Path | None = None
    ) -> None:
        """Port 0: any free one. `certificate` and `key`: for https, PEM."""
        self._app = app
        self._host = host
        self._port = port
        self._certificate = certificate
        self._key = key
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Listen; returns the port. Raises PortRefused or CertificateUnusable naming place and mend."""
        if self._certificate is not None:
            _try_certificate(self._certificate, self._key)
        logging.getLogger("uvicorn.error").addFilter(_clients_own)
        bound = _bind(self._host, self._port)
        port: int = bound.getsockname()[1]
        host = f"[{self._host}]" if ":" in self._host else self._host
        self._app.state.url = f"{'http' if self._certificate is None else 'https'}://{host}:{port}"
        self._app.state.certificate = self._certificate
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="on",
            server_header=False,
            timeout_graceful_shutdown=STOP_S,
            ws="websockets-sansio",
            ws_max_size=64 * 1024,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PING_S,
            ssl_certfile=self._certificate,
            ssl_keyfile=self._key,
            ssl_ciphers=CIPHERS,
        )
        self._server = _Server(config)
        self._serving = asyncio.get_running_loop().create_task(self._server.serve(sockets=[bound]))
        up = asyncio.get_running_loop().create_task(self._server.up.wait())
        await asyncio.wait({up, self._serving}, return_when=asyncio.FIRST_COMPLETED)
        if self._serving.done():
            up.cancel()
            await self._serving
        return port

    async def stop(self) -> None:
        """Answer what is under way, close every page, stop listening."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving


def _try_certificate(certificate: Path, key: Path | None) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as error:
        mend = "let api.tls_certificate and api.tls_key be a chain and its key, in PEM, readable by this user"
        raise CertificateUnusable(Problem(str(certificate), f"cannot be used: {error}", mend)) from error


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(1024)
    except OSError as error:
        bound.close()
        place = f"api {host}:{port}"
        if error.errno == errno.EADDRINUSE:
            mend = "set api.port to a free port, or 0 for any, or stop who has it"
            raise PortRefused(Problem(place, "the port is taken", mend)) from error
        mend = "set api.host to an address of this machine and api.port to a port this user may open"
        raise PortRefused(Problem(place, f"cannot listen: {error.strerror or error}", mend)) from error
    bound.setblocking(False)
    return bound
