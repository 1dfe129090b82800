"""A client of the simulated cloud's recordings: aiohttp and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import json
import socket
from typing import Any

import aiohttp
from multidict import CIMultiDict
import pytest

from simulator import Node, Simulator
from tests.simulator.decoding import Played, play

BEGIN = 1_600_000_000
"""A moment long past: 2020-09-13 12:26:40 UTC."""


@dataclass
class Portal:
    simulator: Simulator
    session: aiohttp.ClientSession
    token: str

    @property
    def camera(self) -> Node:
        return self.simulator.world.camera_nodes()[0]

    async def answer(self, document: str) -> dict[str, Any]:
        async with self.session.post(
            f"{self.simulator.url}/api/graphql.php",
            json={"query": document},
            headers={"Authorization": f"Bearer {self.token}"},
        ) as answer:
            assert answer.status == 200
            return await answer.json()

    async def ask(self, document: str) -> dict[str, Any]:
        answer = await self.answer(document)
        assert "errors" not in answer, answer
        return answer["data"]

    async def recordings(self, begin: int = BEGIN, end: int = BEGIN + 4, node: Node | None = None) -> list[Any]:
        node_id = (node or self.camera).node_id
        answer = await self.ask(
            f"{{ camera(node_id:{node_id}) {{ recordings(from:{begin}, to:{end})"
            "{ recording_id duration download_url outputs { height } } } }"
        )
        return answer["camera"]["recordings"]

    async def prepare(self, recording: Any, height: int = 480) -> bool:
        named = json.dumps(recording["recording_id"])
        answer = await self.ask(f"mutation {{ recordingPrepare(recording_id:{named}, height:{height}) }}")
        return answer["recordingPrepare"]

    async def address(self, recording: Any) -> str | None:
        named = json.dumps(recording["recording_id"])
        answer = await self.ask(f"{{ recording(recording_id:{named}) {{ download_url }} }}")
        return answer["recording"]["download_url"]

    async def link(self, begin: int = BEGIN, end: int = BEGIN + 4, height: int = 480, node: Node | None = None) -> str:
        """List, prepare and give the link of the one piece there is; the simulator prepares in no time."""
        (recording,) = await self.recordings(begin, end, node)
        assert recording["download_url"] is None
        assert await self.prepare(recording, height)
        link = await self.address(recording)
        assert link is not None
        return link

    async def file(self, link: str, **headers: str) -> bytes:
        async with self.session.get(link, headers=headers) as answer:
            assert answer.status in {200, 206}
            return await answer.read()

    async def head(self, link: str, method: str = "HEAD", **headers: str) -> tuple[int, CIMultiDict[str], int]:
        """Give status, headers and length of the body; redirects are not followed."""
        async with self.session.request(method, link, headers=headers, allow_redirects=False) as answer:
            return answer.status, CIMultiDict(answer.headers), len(await answer.read())

    async def played(self, link: str) -> Played:
        return play(await self.file(link))


@asynccontextmanager
async def portal(simulator: Simulator) -> AsyncIterator[Portal]:
    # The simulator's other name, localhost, is to be looked for where it listens.
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(family=socket.AF_INET)) as session:
        yield Portal(simulator, session, simulator.api_token())


def assert_shows(played: Played, begins_at: float, duration: float) -> None:
    """The picture at each moment of the file is the one of that moment of the recording."""
    presented = played.presented["video"]
    assert len(played.clock) == len(presented)
    assert presented[0] == 0
    assert played.clock == pytest.approx([begins_at + at for at in presented], abs=0.002)
    assert duration - 1.1 * presented[1] <= presented[-1] < duration
