"""One camera of an account at run time: which device it is, whether it can be reached, and what it has."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
import logging
import math
import random
import time
from typing import Final, NamedTuple

from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from ..auth.scopes import Scope
from ..cloud import Node
from ..errors import action_error
from ..events.camera_events import CameraEvents
from ..events.source_key import SourceKey
from ..health.call_log import CallLog
from ..live.broadcast import MediaRefusal
from ..tasks.listeners import Listeners
from ..tasks.timing import Timing
from ..vapix import (
    AuthError,
    CardProperties,
    DeviceIdentity,
    EventKind,
    ForbiddenError,
    GoneError,
    PictureProperties,
    RequestError,
    VapixClient,
    VapixError,
)
from .equipment import Equipment
from .known_equipment import KnownEquipment
from .video_support import KnownVideo, VideoSupport

_LOGGER = logging.getLogger(__name__)


class Condition(StrEnum):
    """Whether a camera can be used now."""

    CHECKING = "checking"
    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    OTHER_DEVICE = "other_device"


#: Times that the pause doubles after which an answer of such a camera counts.
_MOST_DOUBLINGS: Final = 10
#: It may answer again at any time.
_AWAY: Final = frozenset({Condition.UNREACHABLE, Condition.REFUSED})


class CameraFeatures(NamedTuple):
    """What decides about a camera's entities, apart from its events."""

    is_intercom: bool
    has_card: bool
    equipment: Equipment


class AxisCamera:
    """A physical camera, supervised by a task of the account.

    A camera that is well costs no requests: it is checked once, and again after a failure.

    Attributes:
        inputs: its device inputs in the tree, in the order of their ids.
        command_lock: held by the command that the camera is carrying out.
        checked_at: when the last check ended, successful or not, on the monotonic clock.
        answered_at: when it last answered a check, UTC.
        last_failure: class of the last failure, for diagnostics.
    """

    def __init__(  # noqa: PLR0913 - named ones
        self,
        node: Node,
        serial: str,
        client: VapixClient,
        events: CameraEvents,
        inputs: Sequence[Node],
        *,
        timing: Timing,
        may: Callable[[Scope], bool],
        has_api_token: bool,
        calls: CallLog,
        known_video: KnownVideo,
    ) -> None:
        self.node = node
        self.serial = serial
        self.client = client
        self.calls: Final = calls
        self.events = events
        self.inputs = inputs
        self.condition = Condition.CHECKING
        self.identity: DeviceIdentity | None = None
        self.pictures: PictureProperties | None = None
        self.card: CardProperties | None = None
        self.command_lock: Final = asyncio.Lock()
        self.changed: Final = Listeners[()]()
        self.checked: Final = Listeners[()]()
        self.checked_at = float("-inf")
        self.answered_at: datetime | None = None
        self.last_failure: str | None = None
        self._timing = timing
        self._equipment: Final = KnownEquipment(client, timing, may, has_api_token=has_api_token)
        self.video: Final = VideoSupport(timing, known_video)
        self._video_failure: MediaRefusal | None = None
        self._check_wanted = asyncio.Event()
        self._check_requested = asyncio.Event()
        #: Set by what says that a camera that is away may be back: an answer, or who requests a check.
        self._may_be_back = asyncio.Event()
        self._checked = asyncio.Event()
        self._is_checking = False
        calls.answers.add(self._call_answered)

    @property
    def is_intercom(self) -> bool:
        """Whether people ring at it. INFERRED from Axis's names of these products (VX-TOPIC-8)."""
        product = self.identity.product_name.lower() if self.identity else ""
        return "intercom" in product or "door station" in product

    @property
    def features(self) -> CameraFeatures:
        """What decides about its entities now."""
        return CameraFeatures(self.is_intercom, self.card is not None and self.card.present, self.equipment)

    def is_bell(self, key: SourceKey) -> bool:
        """Return whether a source is the bell: a call, or an intercom's button, which is its first input.

        CONFIRMED for the A8004-VE (VX-TOPIC-7).
        """
        if key.kind is EventKind.CALL:
            return True
        return self.is_intercom and key.kind is EventKind.INPUT and key.source == "0"

    def require_reachable(self) -> None:
        """Raise a translated error that says why the camera can't be used now, unless it can."""
        if self.condition is not Condition.REACHABLE:
            raise action_error(f"camera_{self.condition}", camera=self.node.name)

    async def until_checked(self) -> Condition:
        """Wait for the first check, and return the condition."""
        await self._checked.wait()
        return self.condition

    # --- reports of others -------------------------------------------------------------------------

    @callback
    def report_failure(self, failure: VapixError, *, of_equipment: bool = False) -> None:
        """Have the camera checked because a request to it failed.

        If the request was about equipment, which the camera says it doesn't have, it is asked again what it has.
        """
        self.last_failure = type(failure).__name__
        if of_equipment and isinstance(failure, GoneError | RequestError):
            self._equipment.require()
        self._check_wanted.set()

    @callback
    def report_video_failure(self, reason: MediaRefusal) -> None:
        """Have the camera checked because its video failed; if it is reachable, single images replace the video."""
        self._video_failure = reason
        self._check_wanted.set()

    @callback
    def request_check(self) -> None:
        """Check the camera soon, also while it is away and the next check is due later."""
        self._check_wanted.set()
        self._check_requested.set()
        self._may_be_back.set()

    @callback
    def report_answer(self) -> None:
        """Have a camera that is away checked soon, as it has sent something: its answer may be another device's."""
        if self.condition in _AWAY:
            self._check_wanted.set()
            self._may_be_back.set()

    @callback
    def _call_answered(self) -> None:
        if not self._is_checking:
            self.report_answer()

    @callback
    def rename(self, node: Node, inputs: Sequence[Node]) -> None:
        """Take the camera's changed node and input nodes."""
        self.node = node
        self.inputs = inputs
        self.changed.call()

    # --- checks ------------------------------------------------------------------------------------

    async def supervise(self, semaphore: asyncio.Semaphore) -> None:
        """Check the camera after each failure; while it is away, check it with growing pauses."""
        wait, in_vain = self._timing.camera_recheck_first, 0
        while True:
            was_reachable, identity, shown = self.condition is Condition.REACHABLE, self.identity, self._shown()
            async with semaphore:
                self._is_checking = True
                condition = await self._check()
                self._is_checking = False
            self.checked_at = time.monotonic()
            if not was_reachable or self.identity != identity:
                # It may have been restarted, or have other firmware.
                self._equipment.require()
            self._set(condition, changed=shown != self._shown())
            self.checked.call()
            if condition is Condition.REACHABLE:
                wait, in_vain = self._timing.camera_recheck_first, 0
                # The live view needs no equipment, so it comes first.
                if self._equipment.is_due:
                    async with semaphore:
                        await self._find_equipment()
                await self._wait_for_check()
                continue
            # It may go on answering what is no check, such as with events, for hours.
            in_vain += await self._answers_while_away(
                wait, self._timing.camera_recheck_pause * 2 ** min(in_vain, _MOST_DOUBLINGS)
            )
            wait = min(wait * 2, self._timing.camera_recheck_longest)

    async def _answers_while_away(self, wait: float, pause: float) -> bool:
        """Wait until a check is due or requested; return whether an answer, which counts after a pause, is why."""
        with suppress(TimeoutError):
            # The random part keeps hundreds of cameras out of step.
            async with asyncio.timeout(wait * random.uniform(0.8, 1.2)):  # noqa: S311 - no secret
                with suppress(TimeoutError):
                    async with asyncio.timeout(pause):
                        await self._check_requested.wait()
                        return False
                await self._may_be_back.wait()
                return True
        return False

    def _shown(self) -> tuple[object, ...]:
        return self.identity, self.pictures, self.video.live_picture

    async def _check(self) -> Condition:
        """Ask the camera which device it is: the picture of another one must never be shown."""
        self._check_wanted.clear()
        self._check_requested.clear()
        self._may_be_back.clear()
        video_failure, self._video_failure = self._video_failure, None
        try:
            identity = await self.client.device_identity()
            if identity.serial != self.serial:
                self.last_failure = "OtherDevice"
                return Condition.OTHER_DEVICE
            if self.identity is None or self.pictures is None or identity.firmware != self.identity.firmware:
                properties = await self.client.properties()
                self.pictures, self.card = properties.pictures, properties.card
                self._equipment.parameters = properties.parameters
                self.video.use_firmware(identity.firmware)
        except (AuthError, ForbiddenError) as err:
            self.last_failure = type(err).__name__
            return Condition.REFUSED
        except VapixError as err:
            self.last_failure = type(err).__name__
            return Condition.UNREACHABLE
        except Exception:
            # A strange answer must not end the supervision.
            _LOGGER.exception("Unexpected error while checking %s", self.node.name)
            self.last_failure = "Unexpected"
            return Condition.UNREACHABLE
        self.identity = identity
        self.answered_at = dt_util.utcnow()
        if video_failure is not None:
            _LOGGER.info("%s sends no video (%s); its live view uses single images", self.node.name, video_failure)
            self.video.refuse(video_failure)
        return Condition.REACHABLE

    async def _wait_for_check(self) -> None:
        """Wait until a check is wanted, or until video or equipment are due."""
        due = min(self._equipment.due_at, self.video.recheck_at or math.inf)
        with suppress(TimeoutError):
            async with asyncio.timeout(None if due == math.inf else due - time.monotonic()):
                await self._check_wanted.wait()
            return
        if self._equipment.is_due:
            with suppress(VapixError):
                await self._equipment.read_parameters()
        if self.video.recheck_at is not None and time.monotonic() >= self.video.recheck_at:
            await self._recheck_video()

    async def _recheck_video(self) -> None:
        """Let the live view come as video again if the camera sends some."""
        with suppress(VapixError):
            async with self.client.open_media():
                self.video.allow()
                self.changed.call()
                return
        self.video.postpone()

    def _set(self, condition: Condition, *, changed: bool) -> None:
        if condition is self.condition:
            if changed:
                self.changed.call()
            return
        if condition is not Condition.REACHABLE:
            _LOGGER.info("%s can't be used: %s (%s)", self.node.name, condition, self.last_failure)
        elif self.condition is not Condition.CHECKING:
            _LOGGER.info("%s is back", self.node.name)
        self.condition = condition
        self._checked.set()
        self.changed.call()

    # --- equipment ---------------------------------------------------------------------------------

    @property
    def equipment(self) -> Equipment:
        """What it has besides its picture, as it last answered."""
        return self._equipment.current

    async def refresh_equipment(self) -> None:
        """Ask again what the camera has, after a change. Parts that don't answer stay as they were."""
        with suppress(VapixError):
            await self._equipment.read_parameters()
            await self._find_equipment()

    async def _find_equipment(self) -> None:
        if await self._equipment.find(self.node.name):
            self.changed.call()
