"""The board as a client has it: what changed is put into what was told before."""

import asyncio
from typing import Any

from config.board import Board


def frame(*agents: str, whole: bool = False, state: str = "idle", contacts: int = 0) -> dict[str, Any]:
    told = [{"agent": agent, "state": state} for agent in agents]
    return {"whole": whole, "agents": told, "queues": [], "contacts": contacts, "in_ivr": 0}


def states(board: Board) -> dict[str, str]:
    return {agent: told["state"] for agent, told in board.view["agents"].items()}


def test_of_agents_only_those_are_told_who_changed_and_the_rest_is_the_newest() -> None:
    board = Board()
    board.take(frame("1001", "1002", whole=True))
    board.take(frame("1002", state="talking", contacts=1))
    assert states(board) == {"1001": "idle", "1002": "talking"}
    assert board.view["contacts"] == 1


def test_a_whole_frame_leaves_nobody_who_is_not_in_it() -> None:
    board = Board()
    board.take(frame("1001", "1002", whole=True))
    board.take(frame("1002", whole=True))
    assert states(board) == {"1002": "idle"}


async def test_who_waits_for_something_is_told_when_it_is_so() -> None:
    board = Board()
    waiting = asyncio.create_task(board.until(lambda view: view["contacts"] == 2))
    for contacts in range(3):
        await asyncio.sleep(0)
        assert not waiting.done()
        board.take(frame(contacts=contacts))
    async with asyncio.timeout(5):
        await waiting
