"""Lets the cloud prepare a short recording, and looks at the beginning of its file."""

import asyncio
import time
from typing import Final, override

import aiohttp

from custom_components.netrex.cloud import CloudClient, CloudError, ProtocolError, Provider, Token
from custom_components.netrex.cloud.download import open_download
from custom_components.netrex.cloud.mp4 import HEAD, observe_file
from custom_components.netrex.cloud.recordings import Interval, list_recordings, prepare_recording, recording_link
from custom_components.netrex.transport.facts import Fact, prepared_in

_PAUSE: Final = 0.5
_MOST_ODD_ANSWERS: Final = 3


class _Nobody(Token):
    """No token at all."""

    @override
    async def get(self) -> str:
        return ""

    @override
    async def renew(self, rejected: str) -> bool:
        return False


async def look_at_recording(
    session: aiohttp.ClientSession,
    provider: Provider,
    cloud: CloudClient,
    token: Token,
    node_id: int,
    interval: Interval,
) -> None:
    """Prepare the first recording of an interval at its lowest quality, and observe the link and the file."""
    (recordings,) = await list_recordings(cloud, node_id, [interval])
    for recording in recordings[:1]:
        try:
            await prepare_recording(cloud, recording, min(recording.heights, default=480))
        except ProtocolError:
            cloud.calls.observed(Fact.FAILED_PREPARATION, "refused")
            raise
        began, odd, link = time.monotonic(), 0, None
        while link is None:
            await asyncio.sleep(_PAUSE)
            try:
                link = await recording_link(cloud, recording)
            except ProtocolError:
                odd += 1
                if odd >= _MOST_ODD_ANSWERS:
                    cloud.calls.observed(Fact.FAILED_PREPARATION, "error")
                    raise
        cloud.calls.observed(Fact.PREPARATION, prepared_in(time.monotonic() - began))
        await _look_at(session, provider, cloud, token, link)


async def _look_at(
    session: aiohttp.ClientSession, provider: Provider, cloud: CloudClient, token: Token, link: str
) -> None:
    try:
        async with open_download(session, provider, _Nobody(), link):
            has_own_key = True
    except CloudError:
        has_own_key = False
    asked = {"Range": f"bytes=0-{HEAD - 1}"}
    async with open_download(session, provider, token, link, asked=asked, calls=cloud.calls) as download:
        cloud.calls.observed(Fact.LINK_ACCESS, "own_key" if has_own_key else "token")
        head = b""
        async for chunk in download.chunks():
            head += chunk
            if len(head) >= HEAD:
                break
    observe_file(cloud.calls, head)
