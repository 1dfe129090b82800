"""Which numbers of a camera are shown as sensors: requested ones in `VALUES`, those only reported in `REPORTED`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from homeassistant.components.sensor import SensorDeviceClass, SensorEntityDescription, SensorStateClass
from homeassistant.const import (
    PERCENTAGE,
    EntityCategory,
    UnitOfDensity,
    UnitOfRatio,
    UnitOfSoundPressure,
    UnitOfTemperature,
)

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


@dataclass(frozen=True, kw_only=True)
class ReportedDescription(SensorEntityDescription):
    """A number in reports; the key is that of the texts.

    Attributes:
        remembered: made again after a restart, as the camera may not report it for a long time.
        frequent: reported about every second, which is more than anybody needs.
    """

    remembered: bool = False
    frequent: bool = False


_Class = SensorDeviceClass
_measured = partial(ReportedDescription, state_class=SensorStateClass.MEASUREMENT, suggested_display_precision=0)
_air = partial(_measured, frequent=True)
_particles = partial(_air, native_unit_of_measurement=UnitOfDensity.MICROGRAMS_PER_CUBIC_METER)
_temperature = partial(
    _measured,
    device_class=_Class.TEMPERATURE,
    native_unit_of_measurement=UnitOfTemperature.CELSIUS,
    suggested_display_precision=1,
)
_loudness = partial(
    _measured,
    device_class=_Class.SOUND_PRESSURE,
    native_unit_of_measurement=UnitOfSoundPressure.DECIBEL,
    frequent=True,
)
_CLASSES: Final = ("human", "car", "bus", "truck", "bike", "othervehicle", "unknown")
#: Which sensor there is for which number, by the kind of the event and the name of the number. Units: VX-MEASURE.
REPORTED: Final[Mapping[tuple[EventKind, str], ReportedDescription]] = {
    **{
        (EventKind.COUNT, each): ReportedDescription(
            key=f"count_{each}",
            state_class=SensorStateClass.TOTAL_INCREASING,
            suggested_display_precision=0,
            entity_registry_enabled_default=each == "total",
            remembered=True,
        )
        for each in ("total", *_CLASSES)
    },
    **{
        (EventKind.OCCUPANCY, each): _measured(
            key=f"occupancy_{each}", entity_registry_enabled_default=each == "total", remembered=True
        )
        for each in ("total", *_CLASSES)
    },
    (EventKind.AIR, "temperature"): _temperature(key="air_temperature", frequent=True),
    (EventKind.AIR, "humidity"): _air(
        key="air_humidity", device_class=_Class.HUMIDITY, native_unit_of_measurement=PERCENTAGE
    ),
    (EventKind.AIR, "co2"): _air(
        key="air_co2", device_class=_Class.CO2, native_unit_of_measurement=UnitOfRatio.PARTS_PER_MILLION
    ),
    (EventKind.AIR, "aqi"): _air(key="air_aqi", device_class=_Class.AQI),
    (EventKind.AIR, "voc"): _air(key="air_voc"),
    (EventKind.AIR, "nox"): _air(key="air_nox", entity_registry_enabled_default=False),
    (EventKind.AIR, "pm1.0"): _particles(key="air_pm1", device_class=_Class.PM1, entity_registry_enabled_default=False),
    (EventKind.AIR, "pm2.5"): _particles(key="air_pm25", device_class=_Class.PM25),
    (EventKind.AIR, "pm4.0"): _particles(key="air_pm4", device_class=_Class.PM4, entity_registry_enabled_default=False),
    (EventKind.AIR, "pm10.0"): _particles(key="air_pm10", device_class=_Class.PM10),
    (EventKind.AREA_TEMPERATURE, "maximumtemp"): _temperature(key="area_highest"),
    (EventKind.AREA_TEMPERATURE, "averagetemp"): _temperature(
        key="area_average", entity_registry_enabled_default=False
    ),
    (EventKind.AREA_TEMPERATURE, "minimumtemp"): _temperature(key="area_lowest", entity_registry_enabled_default=False),
    (EventKind.SOUND_LEVEL, "leq"): _loudness(key="sound_level"),
    (EventKind.SOUND_LEVEL, "maxspl"): _loudness(key="sound_level_highest", entity_registry_enabled_default=False),
    (EventKind.SOUND_LEVEL, "minspl"): _loudness(key="sound_level_lowest", entity_registry_enabled_default=False),
}
