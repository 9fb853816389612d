"""The serving side of the AGI benchmark, a process of its own: `python -m bench.agi_side ours|threads COMMANDS`.

Prints its port, serves until its input is closed, then prints as JSON the processor time since
then, in seconds, and its memory.
"""

import asyncio
import json
import resource
import socketserver
import sys
import threading
from typing import Any


def main() -> None:
    """Serve."""
    if sys.argv[1] == "ours":
        _ours()
    else:
        _threads()


def _flow(session: Any) -> None:
    """pyst2's `stream_file`, so often."""
    for _ in range(int(sys.argv[2])):
        session.stream_file("prompt", "0123456789*#")


def _listening(port: int) -> float:
    """Say where, and return the processor time that it took to get there."""
    print(port, flush=True)
    return _cpu_s()


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _told(before_s: float) -> None:
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu_s": _cpu_s() - before_s, "rss_mb": memory_mb}), flush=True)


def _ours() -> None:
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve())


async def _serve() -> None:
    from config.reactor import installed_reactor
    from ivr.agi.server import AgiServer

    server = AgiServer(_flow, installed_reactor())
    before_s = _listening(await server.listen("127.0.0.1", 0))
    await asyncio.to_thread(sys.stdin.read)
    await server.close()
    _told(before_s)


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        from asterisk.agi import AGI

        class Plain(AGI):
            """pyst2 as it is, but for the signal that it may set in the main thread only."""

            def __init__(self, stdin: Any, stdout: Any) -> None:
                self.stdin, self.stdout, self.stderr = stdin, stdout, self
                self.env: dict[str, str] = {}
                self._got_sighup = False
                self._get_agi_env()  # type: ignore[attr-defined]

            def write(self, text: str) -> None:
                """What it would say of each command."""

        _flow(Plain(_Lines(self.rfile), _Written(self.wfile)))


class _Lines:
    def __init__(self, file: Any) -> None:
        self._file = file

    def readline(self) -> str:
        line: bytes = self._file.readline()
        return line.decode()


class _Written:
    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> None:
        self._file.write(text.encode())

    def flush(self) -> None:
        self._file.flush()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 2048
    allow_reuse_address = True


def _threads() -> None:
    threading.stack_size(256 * 1024)
    with _Server(("127.0.0.1", 0), _Session) as server:
        before_s = _listening(server.server_address[1])
        serving = threading.Thread(target=server.serve_forever, daemon=True)
        serving.start()
        sys.stdin.read()
        server.shutdown()
    _told(before_s)


if __name__ == "__main__":
    main()
