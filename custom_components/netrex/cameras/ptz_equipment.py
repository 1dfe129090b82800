"""Which head and which lenses a camera has."""

from collections.abc import Mapping

from ..vapix import AuthError, ForbiddenError, PtzHead, VapixClient


async def find_head(client: VapixClient, parameters: Mapping[str, str]) -> PtzHead | None:
    """Return what moves the camera or its picture; None: nothing does."""
    return await client.ptz.find(parameters)


async def find_lenses(client: VapixClient, parameters: Mapping[str, str]) -> tuple[str, ...]:
    """Return the lenses of a fixed camera that can focus by themselves.

    Every fixed camera is asked, as none tells that it has some. One that does not let the account ask most likely has
    none: that is nothing to bother a person with.
    """
    try:
        return await client.optics.find(parameters)
    except AuthError, ForbiddenError:
        return ()
