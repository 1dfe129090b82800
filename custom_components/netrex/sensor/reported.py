"""Numbers that a camera reports, or is polled for where it does not. A new one is a row of `SENSORS`."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import math
from typing import Final, override

from homeassistant.components.sensor import SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory

from ..account.account import NetrexAccount
from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera
from ..cameras.channels import Channel
from ..entity.polled import PolledEntity
from ..events.source_key import SourceKey
from ..vapix import AuthError, EventKind, ForbiddenError, GoneError, RequestError, VapixClient

#: What Axis calls the card. CONFIRMED (VX-DISK-1).
_CARD: Final = "SD_DISK"


@dataclass(frozen=True, kw_only=True)
class ReportedSensorDescription(SensorEntityDescription):
    """A number that a camera knows.

    Attributes:
        supported: whether a camera has it.
        source: whose reports contain it.
        figure: the report's field.
        fetch: requests it from a camera that does not report it.
        max_age: seconds for which a fetched number is recent enough.
    """

    supported: Callable[[AxisCamera], bool]
    source: SourceKey
    figure: str
    fetch: Callable[[VapixClient], Awaitable[float | None]]
    max_age: float


SENSORS: Final = (
    ReportedSensorDescription(
        key="card_wear",
        translation_key="card_wear",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        supported=lambda camera: camera.card is not None and camera.card.present,
        source=SourceKey(EventKind.STORAGE_HEALTH, _CARD),
        figure="wear",
        fetch=lambda client: client.card.wear(_CARD),
        # It takes months to change.
        max_age=6 * 3600,
    ),
)


class ReportedSensor(PolledEntity[float], SensorEntity):
    """A number of the table."""

    entity_description: ReportedSensorDescription
    scope = Scope.RECORDINGS

    def __init__(self, account: NetrexAccount, channel: Channel, description: ReportedSensorDescription) -> None:
        super().__init__(account, channel, description.key)
        self.entity_description = description
        self._sources = (description.source,)

    @property
    @override
    def native_value(self) -> float | None:
        report = self.camera.events.states.get(self.entity_description.source)
        reported = report.event.figures.get(self.entity_description.figure) if report else None
        return self._state if reported is None else reported

    @property
    @override
    def _state_max_age(self) -> float:
        is_reported = self.entity_description.source in self.camera.events.states
        return math.inf if is_reported else self.entity_description.max_age

    @override
    async def _fetch_state(self, client: VapixClient) -> float | None:
        try:
            return await self.entity_description.fetch(client)
        except AuthError, ForbiddenError, GoneError, RequestError:
            # Not every camera knows, nor may every account ask.
            return None
