"""Which numbers of a camera are shown as sensors: one table."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from homeassistant.components.sensor import SensorEntityDescription, SensorStateClass
from homeassistant.const import PERCENTAGE, EntityCategory

from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera
from ..events.source_key import SourceKey
from ..vapix import EventKind, VapixClient

#: What Axis calls the card. CONFIRMED (VX-DISK-1).
_CARD: Final = "SD_DISK"


@dataclass(frozen=True, kw_only=True)
class ValueDescription(SensorEntityDescription):
    """A number that a camera knows.

    Attributes:
        supported: whether a camera has it.
        scope: the permission that requesting it needs.
        fetch: requests it.
        max_age: seconds for which a fetched number is recent enough; below a minute, it is fetched every minute.
        source: whose reports contain it, so that it need not be fetched once it was reported; None: it never is.
        item: the item of these reports that holds it.
    """

    supported: Callable[[AxisCamera], bool]
    scope: Scope
    fetch: Callable[[VapixClient], Awaitable[float | None]]
    max_age: float
    source: SourceKey | None = None
    item: str = ""


VALUES: Final = (
    ValueDescription(
        key="card_wear",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        native_unit_of_measurement=PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        supported=lambda camera: camera.card is not None and camera.card.present,
        scope=Scope.RECORDINGS,
        fetch=lambda client: client.card.wear(_CARD),
        # It takes months to change.
        max_age=6 * 3600,
        source=SourceKey(EventKind.STORAGE_HEALTH, _CARD),
        item="wear",
    ),
)
