"""What cameras report: states they remember, and who listens over the event WebSocket or RTSP (VX-EVENT, VX-RTSP)."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
import json
from typing import Final, Protocol

from .world import Camera

_QUEUE: Final = 10_000
"""Messages that one listener may be behind; then it is cut off, as a device's buffer would end."""
_OPPOSITES: Final = {"1": "0", "Calling": "Idle"}


@dataclass(frozen=True, slots=True)
class Report:
    """One event as a camera reports it. Values are always texts (CONFIRMED, VX-EVENT-10).

    topic: with its name spaces, `tns1:Device/tnsaxis:IO/Port`. stateful: whether it tells a state, which is reported
    again at the beginning of a stream, or only that something happened.
    """

    topic: str
    data: Mapping[str, str]
    source: Mapping[str, str] = field(default_factory=dict)
    stateful: bool = True

    @property
    def state_of(self) -> tuple[str, frozenset[tuple[str, str]]]:
        """What the state is the state of."""
        return self.topic, frozenset(self.source.items())


type Tell = Callable[[Camera, Report], None]
"""Lets a camera report something."""


class Write(Protocol):
    """Writes a report for a listener."""

    def __call__(self, topic: str, report: Report, moment: float | None, *, initial: bool) -> str | bytes:
        """Write one; moment: by the camera's clock, None: it is not set; initial: how things stand at the beginning."""
        ...


def _as_json(topic: str, report: Report, moment: float | None, *, initial: bool) -> str:
    """Write a report for the event websocket."""
    del initial
    notification: dict[str, object] = {
        "topic": topic,
        "message": {"source": dict(report.source), "key": {}, "data": dict(report.data)},
    }
    if moment is not None:
        # Left out while the clock is not set (CONFIRMED, VX-EVENT-10).
        notification = {"timestamp": int(moment * 1000), **notification}
    return json.dumps({"apiVersion": "1.0", "method": "events:notify", "params": {"notification": notification}})


@dataclass(slots=True, eq=False)
class Listener:
    """One open event websocket, or one of RTSP.

    filters: subscriptions as last configured; None: nothing yet. silent: the peer is dead: it neither sends nor
    answers pings. outbox: what is to be sent, None: close.
    """

    serial: str
    filters: tuple[str, ...] | None = None
    silent: bool = False
    outbox: asyncio.Queue[str | bytes | None] = field(default_factory=lambda: asyncio.Queue(_QUEUE))
    cut: Callable[[], None] = lambda: None
    write: Write = _as_json

    def send(self, message: str | bytes) -> None:
        """Send, unless the listener is too far behind."""
        if self.silent:
            return
        try:
            self.outbox.put_nowait(message)
        except asyncio.QueueFull:
            self.cut()


class Events:
    """The events of cameras, by serial number."""

    def __init__(self, cameras: Mapping[str, Camera], clock: Callable[[], float]) -> None:
        self._cameras = cameras
        self._clock = clock
        self._listeners: dict[str, list[Listener]] = {}
        self._changed = asyncio.Condition()
        self.sent: Counter[str] = Counter()
        """Notifications sent, by serial number."""

    @property
    def listeners(self) -> dict[str, int]:
        """How many listen to a camera; those to whom nobody listens are left out."""
        return {serial: len(listening) for serial, listening in self._listeners.items() if listening}

    async def wait_listeners(self, serial: str, count: int, timeout: float = 30.0) -> None:  # noqa: ASYNC109 - for its message
        """Wait until so many have subscribed to a camera's events.

        Raises:
            TimeoutError: it did not come to that in `timeout` seconds.
        """

        def subscribed() -> int:
            return sum(listener.filters is not None for listener in self._listeners.get(serial, ()))

        try:
            async with asyncio.timeout(timeout), self._changed:
                await self._changed.wait_for(lambda: subscribed() == count)
        except TimeoutError:
            raise TimeoutError(f"{subscribed()} listeners of {serial} instead of {count}") from None

    def report(self, serial: str, report: Report, *, active_for: float | None = None) -> None:
        """Let a camera report an event to all who listen.

        active_for: after so many seconds the opposite is reported.

        Raises:
            KeyError: there is no such camera.
        """
        camera = self._cameras[serial]
        if report.stateful:
            camera.event_states[report.state_of] = dict(report.data)
        if camera.online:
            for listener in tuple(self._listeners.get(serial, ())):
                self.notify(listener, camera, report)
        if active_for is not None:
            data = {name: _OPPOSITES.get(value, value) for name, value in report.data.items()}
            over = Report(report.topic, data, report.source, report.stateful)
            asyncio.get_running_loop().call_later(active_for, self._report_if_there, serial, over)

    def _report_if_there(self, serial: str, report: Report) -> None:
        if serial in self._cameras:
            self.report(serial, report)

    def notify(self, listener: Listener, camera: Camera, report: Report, *, initial: bool = False) -> None:
        """Send one notification for each subscription that it matches."""
        for wanted in listener.filters or ():
            if _matches(wanted, report.topic):
                self.sent[camera.serial] += 1
                moment = None if camera.clock_offset is None else self._clock() + camera.clock_offset
                listener.send(listener.write(self._topic(camera, report), report, moment, initial=initial))

    def _topic(self, camera: Camera, report: Report) -> str:
        topic = report.topic
        if camera.events_in_page_spelling:
            # The pages often write a second name space, which real devices do not (VX-TOPIC-1).
            first, *rest = topic.split("/")
            topic = "/".join([first, *(part if ":" in part else f"tnsaxis:{part}" for part in rest)])
        return topic

    # --- connections -----------------------------------------------------------------------------

    async def join(self, listener: Listener) -> None:
        """Somebody has connected."""
        self._listeners.setdefault(listener.serial, []).append(listener)
        await self.tell()

    async def leave(self, listener: Listener) -> None:
        """Somebody has gone."""
        self._listeners[listener.serial].remove(listener)
        await self.tell()

    async def tell(self) -> None:
        """Let those who wait for listeners look again."""
        async with self._changed:
            self._changed.notify_all()

    def initial_states(self, listener: Listener, camera: Camera) -> None:
        """Report every state that matches the subscriptions once. INFERRED for the WebSocket (VX-EVENT-13)."""
        for (topic, source), data in list(camera.event_states.items()):
            self.notify(listener, camera, Report(topic, data, dict(source)), initial=True)

    def cut(self, serial: str) -> None:
        """Break off every event websocket of a camera without a word."""
        for listener in tuple(self._listeners.get(serial, ())):
            listener.cut()

    def close(self, serial: str) -> None:
        """Close every event websocket of a camera as the protocol wants it."""
        for listener in tuple(self._listeners.get(serial, ())):
            listener.outbox.put_nowait(None)

    def silence(self, serial: str) -> None:
        """Let every event websocket of a camera die silently: open, but nothing comes and no ping is answered."""
        for listener in tuple(self._listeners.get(serial, ())):
            listener.silent = True

    def send_raw(self, serial: str, message: str | bytes) -> None:
        """Send something that is no notification."""
        for listener in tuple(self._listeners.get(serial, ())):
            listener.send(message)

    def reboot(self, serial: str) -> None:
        """Restart a camera: its connections end, and states that do not outlive a restart are over."""
        camera = self._cameras[serial]
        camera.restart(self._clock())
        self.cut(serial)


def _matches(wanted: str, topic: str) -> bool:
    """Tell whether a topic filter takes a topic: `//.` at the end stands for everything below; ` | ` joins filters."""
    for alternative in wanted.split("|"):
        pattern = alternative.strip()
        if pattern == "//.":
            return True
        whole = pattern.removesuffix("//.")
        if topic == whole or (pattern != whole and topic.startswith(f"{whole}/")):
            return True
    return False
