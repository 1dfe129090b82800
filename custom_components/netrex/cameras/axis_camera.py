"""One camera of an account at run time: which device it is, whether it is there, how its live picture comes."""

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
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..auth.scopes import COMMAND_SCOPES, Scope
from ..cloud import Node
from ..const import DOMAIN
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
    has_media,
)
from .equipment import NOTHING, Equipment, Parameters, find_equipment

_LOGGER = logging.getLogger(__name__)

#: Seconds after which video that did not come is looked for again, at most.
_VIDEO_AGAIN_AT_MOST: Final = 86400.0


class Condition(StrEnum):
    """Whether a camera can be used now."""

    CHECKING = "checking"
    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    OTHER_DEVICE = "other_device"


class CameraFeatures(NamedTuple):
    """What decides about a camera's entities, apart from what it reports."""

    is_intercom: bool
    has_card: bool
    equipment: Equipment


class LivePicture(StrEnum):
    """How the live picture comes: as H.264 through the relay, or picture by picture."""

    VIDEO = "video"
    SINGLE_PICTURES = "still_images"


class KnownVideo(NamedTuple):
    """What is known of a camera's video from before Home Assistant was restarted.

    Attributes:
        firmware: that the camera had then; None: nothing is known.
        refused: whether its live picture came as single pictures.
    """

    firmware: str | None = None
    refused: bool = False


NO_VIDEO_KNOWN: Final = KnownVideo()

_EXCEPTION_KEY: Final = {
    Condition.CHECKING: "camera_checking",
    Condition.REFUSED: "camera_refused",
    Condition.UNREACHABLE: "camera_unreachable",
    Condition.OTHER_DEVICE: "camera_other_device",
}


class AxisCamera:
    """A physical camera. Its state changes are told to listeners; its supervisor is a task of the account.

    Nothing is asked of a camera that is well and that nobody looks at: it is checked once, and again after a failure.

    Args:
        node: stands for it in the tree.
        serial: of the device.
        client: talks to it.
        events: takes what it reports.
        inputs: its device inputs in the tree.
        may: tells what the account may do with it.
        has_api_token: whether it is shown a token that the user made.
        calls: how its client fares.
        known_video: decides how the live picture comes until the camera has been checked, and after that as well if
            its firmware is still the same.
    """

    def __init__(  # noqa: PLR0913 - named ones
        self,
        node: Node,
        serial: str,
        client: VapixClient,
        events: CameraEvents,
        inputs: Sequence[Node] = (),
        *,
        timing: Timing,
        may: Callable[[Scope], bool] = lambda _scope: False,
        has_api_token: bool = False,
        calls: CallLog | None = None,
        known_video: KnownVideo = NO_VIDEO_KNOWN,
    ) -> None:
        self.node = node
        self.serial = serial
        self.client = client
        self.calls: Final = calls or CallLog()
        #: What it has reported; nothing without the permission to hear of it.
        self.events = events
        #: Its device inputs in Netrex's tree, in the order of their ids.
        self.inputs = inputs
        self.condition = Condition.CHECKING
        self.identity: DeviceIdentity | None = None
        self.pictures: PictureProperties | None = None
        self.card: CardProperties | None = None
        #: What it has beside its picture, as far as the account may use it.
        self.equipment: Equipment = NOTHING
        #: One command after another: whoever tells the camera something takes it.
        self.command_lock: Final = asyncio.Lock()
        self._finding = asyncio.Lock()
        self._timing = timing
        self._may = may
        self._has_api_token = has_api_token
        self._parameters: Parameters = {}
        #: When its last check ended, on the monotonic clock, with or without success.
        self.checked_at = float("-inf")
        #: When it last answered a check, UTC.
        self.answered_at: datetime | None = None
        self.live_picture = LivePicture.VIDEO
        #: Why the live picture does not come as video, for diagnostics.
        self.video_refusal: MediaRefusal | None = None
        #: The class of the last failure, for diagnostics.
        self.last_failure: str | None = None
        self._suspicion: MediaRefusal | None = None
        #: When video that did not come is looked for again, on the clock that only runs forward.
        self._video_again_at: float | None = None
        self._video_pause = self._timing.video_recheck
        #: Of the firmware that the above is about.
        self._video_firmware = known_video.firmware
        #: When to ask for equipment, on the same clock; None: there can't be any that may be used.
        self._equipment_at: float | None = -math.inf
        self._incomplete_pause = timing.equipment_retry
        self._in_doubt = asyncio.Event()
        self._check_requested = asyncio.Event()
        self._checked = asyncio.Event()
        #: Called after every change.
        self.changed: Final = Listeners[()]()
        #: Called after every check.
        self.checked: Final = Listeners[()]()
        if known_video.firmware is not None:
            self._decide_video(known_video.firmware, refused=known_video.refused)

    @property
    def is_intercom(self) -> bool:
        """Whether people ring at it. INFERRED from what Axis calls these products (VX-TOPIC-8)."""
        product = self.identity.product_name.lower() if self.identity else ""
        return "intercom" in product or "door station" in product

    @property
    def features(self) -> CameraFeatures:
        """What decides about entities, apart from what it reports."""
        return CameraFeatures(self.is_intercom, self.card is not None and self.card.present, self.equipment)

    def is_bell(self, key: SourceKey) -> bool:
        """Tell whether a source is the bell: the call, or an intercom's button, which is its first input.

        CONFIRMED for the A8004-VE (VX-TOPIC-7).
        """
        if key.kind is EventKind.CALL:
            return True
        return self.is_intercom and key.kind is EventKind.INPUT and key.source == "0"

    @callback
    def report_failure(self, failure: VapixError, *, of_equipment: bool = False) -> None:
        """Something failed: let the supervisor look whether the camera is still there.

        Args:
            failure: what came instead.
            of_equipment: of something that the camera has beside its picture. Where it says that it has no such thing,
                it is asked what it has.
        """
        self.last_failure = type(failure).__name__
        if of_equipment and isinstance(failure, GoneError | RequestError):
            self._ask_for_equipment_at(-math.inf)
        self._in_doubt.set()

    @callback
    def request_check(self) -> None:
        """Check the camera soon, also while it is not there and the next check is due later."""
        self._in_doubt.set()
        self._check_requested.set()

    @callback
    def report_video_failure(self, reason: MediaRefusal) -> None:
        """Video did not come: let the supervisor look whether the camera is there all the same."""
        self._suspicion = reason
        self._in_doubt.set()

    @callback
    def rename(self, node: Node, inputs: Sequence[Node]) -> None:
        """The camera's node, or those of its inputs, have changed."""
        self.node = node
        self.inputs = inputs
        self.changed.call()

    def require_reachable(self) -> None:
        """Raise a readable error unless the camera can be used now.

        Raises:
            HomeAssistantError: says why not.
        """
        if self.condition is not Condition.REACHABLE:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key=_EXCEPTION_KEY[self.condition],
                translation_placeholders={"camera": self.node.name},
            )

    async def until_checked(self) -> Condition:
        """Wait until it is known whether the camera can be used, and return it."""
        await self._checked.wait()
        return self.condition

    async def supervise(self, semaphore: asyncio.Semaphore) -> None:
        """Check the camera, then wait for doubts; while it is not there, look again with growing pauses.

        Args:
            semaphore: how many cameras of the account may be checked at once.
        """
        wait = self._timing.camera_recheck_first
        while True:
            before, was_there = (self.identity, self.pictures, self.live_picture), self.condition is Condition.REACHABLE
            async with semaphore:
                condition = await self._check()
            self.checked_at = time.monotonic()
            if not was_there or self.identity != before[0]:
                # It may have been restarted, or have other firmware.
                self._ask_for_equipment_at(-math.inf)
            self._set(condition, changed=before != (self.identity, self.pictures, self.live_picture))
            self.checked.call()
            if condition is Condition.REACHABLE:
                wait = self._timing.camera_recheck_first
                # After the picture is there: it needs none of it.
                if self._is_due(self._equipment_at):
                    async with semaphore:
                        await self._find_equipment()
                await self._until_in_doubt()
                continue
            # Not in step with five hundred others.
            with suppress(TimeoutError):
                async with asyncio.timeout(wait * random.uniform(0.8, 1.2)):  # noqa: S311 - no secret
                    await self._check_requested.wait()
            wait = min(wait * 2, self._timing.camera_recheck_longest)

    async def _check(self) -> Condition:
        """Ask which device is there; a picture of another one must never be shown."""
        self._in_doubt.clear()
        self._check_requested.clear()
        suspicion, self._suspicion = self._suspicion, None
        try:
            identity = await self.client.device_identity()
            if identity.serial != self.serial:
                self.last_failure = "OtherDevice"
                return Condition.OTHER_DEVICE
            if self.identity is None or self.pictures is None or identity.firmware != self.identity.firmware:
                properties = await self.client.properties()
                self.pictures, self.card = properties.pictures, properties.card
                self._parameters = properties.parameters
                if identity.firmware != self._video_firmware:
                    self._decide_video(identity.firmware)
        except (AuthError, ForbiddenError) as err:
            self.last_failure = type(err).__name__
            return Condition.REFUSED
        except VapixError as err:
            self.last_failure = type(err).__name__
            return Condition.UNREACHABLE
        except Exception:
            # Whatever a strange device answers, its camera is looked for again.
            _LOGGER.exception("Unexpected error while checking %s", self.node.name)
            self.last_failure = "Unexpected"
            return Condition.UNREACHABLE
        self.identity = identity
        self.answered_at = dt_util.utcnow()
        if suspicion is not None:
            self._refuse_video(suspicion)
        return Condition.REACHABLE

    async def _until_in_doubt(self) -> None:
        """Wait for a doubt, or until it is time to look once more for video or for equipment."""
        at = min((each for each in (self._equipment_at, self._video_again_at) if each is not None), default=None)
        with suppress(TimeoutError):
            async with asyncio.timeout(None if at is None else at - time.monotonic()):
                await self._in_doubt.wait()
            return
        if self._is_due(self._equipment_at):
            with suppress(VapixError):
                self._parameters = (await self.client.properties()).parameters
        if self._is_due(self._video_again_at):
            await self._look_for_video()

    @staticmethod
    def _is_due(at: float | None) -> bool:
        return at is not None and time.monotonic() >= at

    def _ask_for_equipment_at(self, at: float) -> None:
        if self._equipment_at is not None:
            self._equipment_at = at

    def _equipment_pause(self) -> float:
        """Return after how many seconds to ask for equipment again."""
        if self.equipment.incomplete:
            pause = self._incomplete_pause
            self._incomplete_pause = min(pause * 2, self._timing.equipment_recheck)
        else:
            pause, self._incomplete_pause = self._timing.equipment_recheck, self._timing.equipment_retry
        return pause * random.uniform(0.8, 1.2)  # noqa: S311 - no secret

    async def refresh_equipment(self) -> None:
        """Ask again what the camera has: something has just been changed. What is not told stays as it is known."""
        with suppress(VapixError):
            self._parameters = (await self.client.properties()).parameters
            await self._find_equipment()

    async def _find_equipment(self) -> None:
        # A look that began before something was changed must not have the last word.
        async with self._finding:
            await self._find_equipment_now()

    async def _find_equipment_now(self) -> None:
        try:
            found = await find_equipment(
                self.client, self._parameters, self._may, self.equipment, has_api_token=self._has_api_token
            )
        except Exception:
            # Whatever a strange device answers, its camera stays.
            _LOGGER.exception("Unexpected error while asking what %s has", self.node.name)
            self._ask_for_equipment_at(time.monotonic() + self._timing.equipment_recheck)
            return
        before, self.equipment = self.equipment, found
        if any(map(self._may, COMMAND_SCOPES)):
            self._equipment_at = time.monotonic() + self._equipment_pause()
        else:
            self._equipment_at = None
        if found != before:
            self.changed.call()

    def _decide_video(self, firmware: str, *, refused: bool = False) -> None:
        """Let the live picture come as video where the firmware has it, unless it is known to be refused."""
        self._video_firmware = firmware
        self._video_pause = self._timing.video_recheck
        if not has_media(firmware):
            self._refuse_video(MediaRefusal.MISSING)
        elif refused:
            self._refuse_video(MediaRefusal.EARLIER)
        else:
            self._allow_video()

    async def _look_for_video(self) -> None:
        """Let the live picture come as video again, unless the camera has none all the same."""
        with suppress(VapixError):
            async with self.client.open_media():
                self._allow_video()
                self.changed.call()
                return
        self._look_for_video_later()

    def _refuse_video(self, reason: MediaRefusal) -> None:
        _LOGGER.info("%s gives no video (%s); its live picture comes as single pictures", self.node.name, reason)
        self.video_refusal = reason
        self.live_picture = LivePicture.SINGLE_PICTURES
        self._look_for_video_later()

    def _look_for_video_later(self) -> None:
        if self._video_firmware is not None and not has_media(self._video_firmware):
            # Only other firmware brings it.
            self._video_again_at = None
        else:
            self._video_again_at = time.monotonic() + self._video_pause * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
            self._video_pause = min(self._video_pause * 2, _VIDEO_AGAIN_AT_MOST)

    def _allow_video(self) -> None:
        self.live_picture = LivePicture.VIDEO
        self.video_refusal = None
        self._video_again_at = None

    def _set(self, condition: Condition, *, changed: bool) -> None:
        if condition is self.condition:
            if changed:
                self.changed.call()
            return
        if condition is Condition.REACHABLE:
            if self.condition is not Condition.CHECKING:
                _LOGGER.info("%s is back", self.node.name)
        else:
            _LOGGER.info("%s can't be used: %s (%s)", self.node.name, condition, self.last_failure)
        self.condition = condition
        self._checked.set()
        self.changed.call()
