"""Finds what shines, sounds and flashes at a camera, and how it sees by day and by night."""

from collections.abc import Mapping
from typing import Final

from ..identity.unique_ids import SEPARATOR, join_id
from ..vapix import Alarm, AuthError, ForbiddenError, IrCutFilter, Light, VapixClient

#: How the keys of the illuminators' entities begin.
LIGHT_KEYS: Final = f"illuminator{SEPARATOR}"


def light_key(light_id: str) -> str:
    """Return the key of an illuminator's entity."""
    return LIGHT_KEYS + join_id(light_id)


async def find_lights(client: VapixClient, parameters: Mapping[str, str]) -> tuple[Light, ...]:
    """Return a camera's illuminators; without the API, as its parameters say, it is not asked.

    Raises:
        VapixError: they were not told.
    """
    if parameters.get("Properties.LightControl.LightControl2") != "yes":
        return ()
    return await client.lights.list()


async def find_alarm(client: VapixClient, parameters: Mapping[str, str]) -> Alarm | None:
    """Return a device's siren and strobe. No parameter says whether there are (VX-SIREN), so it is asked.

    Raises:
        VapixError: they were not told; `GoneError` where there are none.
    """
    del parameters
    alarm = await client.siren.capabilities()
    return alarm if alarm.siren or alarm.light else None


async def find_ir_cut(client: VapixClient, parameters: Mapping[str, str]) -> IrCutFilter | None:
    """Return where the infrared filter is set.

    Every fixed camera is asked, as none tells that it has one. One that does not let the account ask is left alone.

    Raises:
        VapixError: it was not told.
    """
    try:
        return await client.day_night.filter(parameters)
    except AuthError, ForbiddenError:
        return None
