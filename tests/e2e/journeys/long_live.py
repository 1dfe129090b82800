"""A live view much longer than a token lives: nobody watching should notice a renewal."""

import asyncio
import contextlib
from dataclasses import dataclass
import itertools
from pathlib import Path
import threading
import time
from typing import override

import av
import numpy as np

from demo.client import ApiError, Websocket
from demo.home_assistant import HomeAssistant, free_port
from demo.json_value import at, items, text
from demo.provider import account_of, provider
from demo.sign_in import add_by_oauth2, cameras
from demo.waiting import until
from simulator import Simulator, Switches
from simulator.cameras import read_time
from tests.e2e.journeys.journey import UnexpectedError, stop_on_terminate
from tests.e2e.live_picture import Sighting
from tests.e2e.report import Figure, Report, StepFailedError
from tests.secrets_in_logs import check_no_secret

TOKEN_LIFETIME = 36
"""Seconds. Home Assistant renews a token 20 seconds before its end, when somebody asks for it: here with a snapshot."""
LARGEST_GAP = 3.0
_SNAPSHOT_EVERY = 10.0
_PATIENCE = 90.0
"""Seconds that starting and a stuck stream may take beyond the time watched."""
_START_UP = 20.0
"""Seconds of the time watched that pass before the first picture, and in the last segment."""
_LOOK_AT_EVERY = 5
"""Every how many frames the clock is read: three times a second at 15 frames a second."""

# The segments' names end in .m4s, which today's FFmpeg refuses unless told otherwise.
_HLS = {"allowed_extensions": "ALL", "extension_picky": "0", "live_start_index": "-1"}


class Viewer(threading.Thread):
    """Plays an HLS stream as a player does and notes the picture's clock."""

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(name="viewer", daemon=True)
        self._url = url
        self._seconds = seconds
        self.sightings: list[Sighting] = []
        self.error: Exception | None = None

    @override
    def run(self) -> None:
        """Play until the time is over or the stream ends."""
        try:
            self._play()
        except (av.FFmpegError, StopIteration) as error:
            self.error = error

    def _play(self) -> None:
        with av.open(self._url, options=_HLS, timeout=(60.0, 30.0)) as stream:
            video = stream.streams.video[0]
            end = time.monotonic() + self._seconds
            for number, frame in enumerate(stream.decode(video)):
                if number % _LOOK_AT_EVERY == 0:
                    clock = read_time(frame.to_ndarray(format="gray").astype(np.uint8, copy=False))
                    if clock is not None:
                        self.sightings.append(Sighting(time.time(), clock))
                if time.monotonic() > end:
                    return


class Witness:
    """Notes what must not happen meanwhile: the entry leaving `loaded`, the camera leaving its good states."""

    def __init__(self, entry_id: str, camera: str) -> None:
        self._entry_id = entry_id
        self._camera = camera
        self.seen: list[str] = []

    def entry_changed(self, event: object) -> None:
        """Take an event of `config_entries/subscribe`."""
        for change in items(event):
            entry = at(change, "entry")
            state = at(entry, "state")
            if at(entry, "entry_id") == self._entry_id and state != "loaded":
                self.seen.append(f"the account was {state}")

    def state_changed(self, event: object) -> None:
        """Take a `state_changed` event."""
        state = at(event, "data", "new_state", "state")
        if at(event, "data", "entity_id") == self._camera and state in {"unavailable", "unknown", None}:
            self.seen.append(f"the camera was {state}")


@dataclass(slots=True)
class LongLive:
    """One live view of the first camera, over HLS, with a snapshot now and then as a dashboard would ask for it."""

    home_assistant: HomeAssistant
    simulator: Simulator
    report: Report
    seconds: float

    async def run(self) -> None:
        """Sign in, watch, and look for anything a person would have noticed."""
        client = self.home_assistant.client
        async with self.report.step("sign in by OAuth2 over the real pages"):
            entry_id = await add_by_oauth2(client, account_of(self.simulator))
            camera = await until(lambda: self._first_camera(entry_id), "a camera that can be watched")
        witness = Witness(entry_id, camera)
        async with client.websocket() as socket:
            await socket.subscribe("config_entries/subscribe", witness.entry_changed, type_filter=["hub"])
            await socket.subscribe("subscribe_events", witness.state_changed, event_type="state_changed")
            async with self.report.step(f"a live view of {self.seconds:.0f} s without a gap") as figures:
                await self._watch(socket, camera, figures)
        async with self.report.step("tokens were renewed meanwhile") as figures:
            renewals = figures["renewals"] = self.simulator.counters["oauth2:token:refresh"]
            figures["video_connections"] = self.simulator.counters["vapix:media"]
            if renewals < self.seconds // TOKEN_LIFETIME - 1:
                raise UnexpectedError("the tokens lived longer than meant, so this shows nothing")
        async with self.report.step("no reload, no reauthentication, camera always available"):
            flows = items(await client.command("config_entries/flow/progress"))
            reauth = [flow for flow in flows if at(flow, "context", "source") == "reauth"]
            if witness.seen or reauth:
                raise UnexpectedError(", ".join([*witness.seen, *("a sign-in was asked for" for _ in reauth)]))
        async with self.report.step("the debug log holds no token, secret or code") as figures:
            log, secrets = self.home_assistant.log(), self.simulator.issued_secrets()
            figures |= {"lines": log.count("\n"), "secrets": len(secrets)}
            check_no_secret(log, secrets)

    async def _first_camera(self, entry_id: str) -> str | None:
        for camera in await cameras(self.home_assistant.client, entry_id):
            if await self.home_assistant.client.state(camera) not in {None, "unavailable", "unknown"}:
                return camera
        return None

    async def _watch(self, socket: Websocket, camera: str, figures: dict[str, Figure]) -> None:
        began = time.monotonic()
        address = text(await socket.command("camera/stream", entity_id=camera, format="hls"), "url")
        viewer = Viewer(self.home_assistant.url + address, self.seconds)
        viewer.start()
        snapshots = missed = 0
        while viewer.is_alive():
            try:
                await self.home_assistant.client.fetch(f"/api/camera_proxy/{camera}")
                snapshots += 1
            except ApiError:
                # A machine that does too much at once; the dashboard asks again.
                missed += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.to_thread(viewer.join, _SNAPSHOT_EVERY), _SNAPSHOT_EVERY + 5)
            if time.monotonic() > began + self.seconds + _PATIENCE:
                raise UnexpectedError("the live view neither went on nor ended")
        clocks = [sighting.clock for sighting in viewer.sightings]
        gaps = [after - before for before, after in itertools.pairwise(clocks)]
        figures |= {
            "looks": len(clocks),
            "snapshots": snapshots,
            "missed_snapshots": missed,
            "clock_advanced_s": round(clocks[-1] - clocks[0], 1) if clocks else 0,
            "largest_gap_s": round(max(gaps, default=0.0), 2),
            "worst_lag_s": round(max((sighting.lag for sighting in viewer.sightings), default=0.0), 1),
        }
        if missed > snapshots // 4:
            raise UnexpectedError(f"{missed} snapshots are missing, {snapshots} came")
        if viewer.error is not None:
            raise UnexpectedError(f"the live view ended by itself: {viewer.error}")
        if not gaps or clocks[-1] - clocks[0] < self.seconds - _START_UP:
            raise UnexpectedError("the picture did not move on as time did")
        if max(gaps) > LARGEST_GAP:
            raise UnexpectedError(f"the picture jumped by {max(gaps):.1f} s")


async def long_live(folder: Path, seconds: float) -> Report:
    """Start everything, watch for some seconds, stop everything."""
    stop_on_terminate()
    report = Report()
    home_assistant = HomeAssistant(folder, port=free_port(), level="debug", say=report.say)
    switches = Switches(token_lifetime=TOKEN_LIFETIME)
    with contextlib.suppress(StepFailedError):
        async with provider([home_assistant.url], cameras=1, switches=switches) as simulator, home_assistant:
            await LongLive(home_assistant, simulator, report, seconds).run()
    return report
