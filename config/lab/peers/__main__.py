"""Run peers: `python -m config.lab.peers callers SCRIPT.json`, `agents SCRIPT.json`, or `control`."""

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from config.lab.peers.control import obey_stdin, say
from config.lab.peers.log import Log
from config.lab.peers.ports import free_sip_port
from config.lab.peers.script import AgentsScript, CallersScript, ScriptError, read_script
from config.lab.peers.stack import PeerError
from config.lab.peers.station import Station


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m config.lab.peers", description=__doc__)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--log", type=Path, help="append the events to this file (JSON lines)")
    common.add_argument("--sip-port", type=int, default=0, help="port on 127.0.0.1; 0: any free one")
    common.add_argument("--rtp-ports", default="20000-31998", metavar="FROM-TO", help="where RTP ports are taken from")
    common.add_argument("--authorities", type=Path, help="who may sign for a server reached over TLS (PEM)")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, does in (
        ("callers", "place the calls of a script, end with the last"),
        ("agents", "phones, until ended"),
    ):
        verbs.add_parser(verb, parents=[common], help=does).add_argument("script", type=Path)
    verbs.add_parser("control", parents=[common], help="obey JSON lines on stdin")
    return parser.parse_args()


async def _place(script: CallersScript, station: Station) -> None:
    async with asyncio.TaskGroup() as calls:
        for plan in script.calls:
            calls.create_task(station.dial_at(plan, script.server))
    await station.all_over()


async def _attend(script: AgentsScript, station: Station) -> None:
    for plan in script.phones:
        await station.plug_in(plan, script.server)
    await asyncio.Event().wait()


async def _run(arguments: argparse.Namespace) -> None:
    low, _, high = arguments.rtp_ports.partition("-")
    log = Log(arguments.log, say)
    station = Station(
        sip_port=arguments.sip_port or free_sip_port(),
        rtp_ports=(int(low), int(high)),
        log=log,
        authorities=arguments.authorities,
    )
    loop = asyncio.get_running_loop()
    work: asyncio.Task[None]
    match arguments.verb:
        case "callers":
            script = read_script(arguments.script, CallersScript)
            await station.start()
            work = loop.create_task(_place(script, station))
        case "agents":
            phones = read_script(arguments.script, AgentsScript)
            await station.start()
            work = loop.create_task(_attend(phones, station))
        case _:
            await station.start()
            work = loop.create_task(obey_stdin(station))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, work.cancel)
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await work
    finally:
        await station.stop()
        log.close()


def main() -> int:
    """Exit 0 when the script was followed to its end, 2 when it could not be."""
    try:
        asyncio.run(_run(_arguments()))
    except* (ScriptError, PeerError) as group:
        for error in group.exceptions:
            print(error, file=sys.stderr)
        status = 2
    else:
        status = 0
    return status


if __name__ == "__main__":
    sys.exit(main())
