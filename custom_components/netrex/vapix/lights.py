"""A camera's illuminators: VX-LIGHT. Everything here needs the operator level."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
import re
from typing import Final

from ..transport.values import clean_text, identifier, objects, text_of, whole_number
from .errors import ProtocolError, RequestError
from .http import CameraApi

_PATH: Final = "axis-cgi/lightcontrol.cgi"
#: Lights of one camera that are read, and ranges of one light; real ones have one or two.
_MAX: Final = 16
_LED: Final = re.compile(r"led([0-9]{1,3})", re.ASCII)


class LightKind(StrEnum):
    """What a light is for."""

    INFRARED = "infrared"
    WHITE = "white"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Light:
    """What does not change about a light.

    Attributes:
        kind: "IR" is CONFIRMED; for white light any word with "white" in it (INFERRED, VX-LIGHT-7).
        ranges: intensities that can be set, from low to high, without those that are dark; none: it is on or off.
        automatic: whether it can choose its intensity.
        reports_intensity: whether it reports how bright it really is (CONFIRMED, VX-LIGHT-2).
    """

    light_id: str
    kind: LightKind
    ranges: tuple[tuple[int, int], ...] = ()
    automatic: bool = False
    reports_intensity: bool = False

    @property
    def event_source(self) -> str | None:
        """What its events call it: `0` for `led0` (CONFIRMED, VX-LIGHT-6); None: it has none."""
        match = _LED.fullmatch(self.light_id)
        return str(int(match[1])) if match else None

    def intensity_at(self, part: float) -> int:
        """Return the nearest intensity that can be set to a part: from 0, the least that is not dark, to 1."""
        (least, _), (_, most) = self.ranges[0], self.ranges[-1]
        wanted = round(least + (most - least) * part)
        nearest = [min(max(wanted, low), high) for low, high in self.ranges]
        return min(nearest, key=lambda each: abs(each - wanted))

    def part_of(self, intensity: int) -> float:
        """Return what `intensity_at` was given, from 0 to 1."""
        (least, _), (_, most) = self.ranges[0], self.ranges[-1]
        return min(1.0, max(0.0, (intensity - least) / (most - least))) if most > least else 1.0


@dataclass(frozen=True, slots=True)
class LightState:
    """How a light is now; the intensity is None where it is off, or does not report it."""

    on: bool
    automatic: bool
    intensity: int | None = None


class Lights(CameraApi):
    """The lights of one camera."""

    async def list(self) -> tuple[Light, ...]:
        """Return all lights; none where the camera lists the API without any (error 1005, CONFIRMED, VX-LIGHT-5)."""
        try:
            items = await self._items()
        except RequestError:
            return ()
        if not items:
            return ()
        abilities = await self._abilities()
        return tuple([await self._light(light_id, item, abilities) for light_id, item in items.items()])

    async def state(self, light: Light) -> LightState:
        """Ask how a light is."""
        item = (await self._items()).get(light.light_id)
        if item is None:
            raise RequestError("There is no such light")
        on, automatic = item.get("lightState") is True, item.get("automaticIntensityMode") is True
        return LightState(on, automatic, await self._intensity(light, automatic=automatic) if on else None)

    async def turn_on(self, light: Light) -> None:
        """Activate a light. A camera refuses if its user has disabled it (1009) or its filter blocks it (1008)."""
        await self._command("activateLight", light)

    async def turn_off(self, light: Light) -> None:
        """Deactivate a light."""
        await self._command("deactivateLight", light)

    async def set_intensity(self, light: Light, intensity: int) -> None:
        """Set how bright a light is while it does not choose that automatically."""
        await self._command("setManualIntensity", light, intensity=intensity)

    async def set_automatic(self, light: Light, *, automatic: bool) -> None:
        """Let a light choose its intensity automatically, or not."""
        await self._command("setAutomaticIntensityMode", light, enabled=automatic)

    # --- what the camera says ------------------------------------------------------------------------

    async def _call(self, method: str, light: Light, **params: object) -> Mapping[str, object]:
        return await self._http.call(_PATH, method, {"lightID": light.light_id, **params})

    async def _command(self, method: str, light: Light, **params: object) -> None:
        await self._http.command(_PATH, method, {"lightID": light.light_id, **params})

    async def _items(self) -> Mapping[str, Mapping[str, object]]:
        items = (await self._http.call(_PATH, "getLightInformation", {})).get("items")
        if not isinstance(items, list):
            raise ProtocolError("The answer has no list of lights")
        return {light_id: item for item in objects(items, _MAX) if (light_id := identifier(item.get("lightID")))}

    async def _abilities(self) -> Mapping[str, Mapping[str, object]]:
        """Return what each light can do; an older answer for all of them together is under an empty name."""
        try:
            answer = await self._http.call(_PATH, "getServiceCapabilities")
        except RequestError:
            return {}
        each = {text_of(one.get("lightID")): one for one in objects(answer.get("capabilities"), _MAX)}
        return {**each, "": answer}

    async def _light(
        self, light_id: str, item: Mapping[str, object], abilities: Mapping[str, Mapping[str, object]]
    ) -> Light:
        can = abilities.get(light_id, abilities.get("", {}))
        light = Light(
            light_id=light_id,
            kind=_kind(item.get("lightType")),
            automatic=can.get("automaticIntensitySupport") is True,
            reports_intensity=can.get("getCurrentIntensitySupport") is True,
        )
        if can.get("manualIntensitySupport") is not True:
            return light
        try:
            ranges = (await self._call("getValidIntensity", light)).get("ranges")
        except RequestError:
            return light
        return Light(light.light_id, light.kind, _ranges(ranges), light.automatic, light.reports_intensity)

    async def _intensity(self, light: Light, *, automatic: bool) -> int | None:
        """Return how bright a light is that is on, as far as it reports that; else what was set manually."""
        if not light.ranges or (automatic and not light.reports_intensity):
            return None
        method = "getCurrentIntensity" if light.reports_intensity else "getManualIntensity"
        try:
            answer = await self._call(method, light)
        except RequestError:
            return None
        # The page's example misspells it (VX-LIGHT-2).
        return whole_number(answer.get("intensity", answer.get("intesity")))


def _kind(word: object) -> LightKind:
    text = clean_text(word).lower() if isinstance(word, str) else ""
    if "white" in text:
        return LightKind.WHITE
    return LightKind.INFRARED if text.startswith(("ir", "infra")) else LightKind.OTHER


def _ranges(ranges: object) -> tuple[tuple[int, int], ...]:
    """Read ranges of intensities; 0 is dark, which is what "off" is for."""
    found = []
    for each in objects(ranges, _MAX):
        low, high = whole_number(each.get("low")), whole_number(each.get("high"))
        if low is not None and high is not None and max(1, low) <= high:
            found.append((max(1, low), high))
    return tuple(sorted(found))
