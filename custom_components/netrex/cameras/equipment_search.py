"""Asks a camera what it has besides its picture, as far as the account may use it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
import logging

from ..auth.scopes import Scope
from ..vapix import (
    AuthError,
    ClipProperties,
    ForbiddenError,
    GoneError,
    IrCutFilter,
    Light,
    Output,
    PtzHead,
    RequestError,
    SirenCapabilities,
    Temperatures,
    VapixClient,
    VapixError,
    has_temperatures,
    speech_codec,
)
from ..vapix.virtual_inputs import has_virtual_inputs
from .equipment import Equipment, Parameters

_LOGGER = logging.getLogger(__name__)


@dataclass(slots=True)
class _Search:
    """One search for everything that a camera may have."""

    client: VapixClient
    parameters: Parameters
    may: Callable[[Scope], bool]
    refused: set[Scope] = field(default_factory=set)
    incomplete: bool = False

    async def part[Found](
        self,
        scope: Scope | None,
        find: Callable[[VapixClient, Parameters], Awaitable[Found]],
        before: Found,
        nothing: Found,
    ) -> Found:
        """Return one part of the equipment: as found, or as it was `before` if the camera does not answer now.

        Without a scope, any account may ask, and a refusal is no issue.
        """
        if scope is not None and not self.may(scope):
            return nothing
        try:
            return await find(self.client, self.parameters)
        except AuthError, ForbiddenError:
            if scope is not None:
                self.refused.add(scope)
        except GoneError, RequestError:
            pass
        except VapixError as err:
            _LOGGER.debug("No answer about equipment for %s: %s", scope, type(err).__name__)
            self.incomplete = True
            return before
        return nothing


async def find_equipment(
    client: VapixClient,
    parameters: Parameters,
    may: Callable[[Scope], bool],
    before: Equipment,
    *,
    has_api_token: bool,
) -> Equipment:
    """Ask for everything that the account may use. Parts that don't answer stay as they were; raises no VapixError.

    No permission of a sign-in is known to include a restart (INFERRED, NX-SCOPE-2), so that takes an API token.
    """
    search = _Search(client, parameters, may)
    outputs = await search.part(Scope.WRITE, _find_outputs, before.outputs, None)
    lights = await search.part(Scope.LIVEVIEW_LIGHT, _find_lights, before.lights, ())
    alarm = await search.part(Scope.LIVEVIEW_LIGHT, _find_alarm, before.alarm, None)
    ir_cut = await search.part(Scope.LIVEVIEW_PTZ, _find_ir_cut, before.ir_cut, None)
    heads = await search.part(Scope.LIVEVIEW_PTZ, lambda _client, given: client.ptz.find(given), before.heads, {})
    lenses = await search.part(Scope.LIVEVIEW_PTZ, _find_lenses, before.lenses, ())
    # No permission is named after them; what is only read needs none that is known (UNKNOWN, NX-REMOTE-8).
    temperatures = await search.part(None, _find_temperatures, before.temperatures, None)
    restarts = False
    if has_api_token:
        restarts = await search.part(Scope.WRITE, lambda *_given: client.may_restart(), before.restarts, nothing=False)
    return Equipment(
        refused=frozenset(search.refused),
        incomplete=search.incomplete,
        outputs=outputs,
        virtual_inputs=may(Scope.WRITE) and has_virtual_inputs(parameters),
        lights=lights,
        alarm=alarm,
        ir_cut=ir_cut,
        heads={channel: _with_presets(head, before.heads.get(channel)) for channel, head in heads.items()},
        lenses=lenses,
        clips=ClipProperties.from_parameters(parameters) if may(Scope.LIVEVIEW_AUDIOCLIP) else None,
        speech=speech_codec(parameters) if may(Scope.AUDIOTRANSMIT) else None,
        restarts=restarts,
        temperatures=temperatures,
    )


def _with_presets(head: PtzHead, before: PtzHead | None) -> PtzHead:
    """Return a head with the presets that it had before, unless the camera listed them."""
    return head if head.presets_known or before is None else replace(head, presets=before.presets)


async def _find_outputs(client: VapixClient, parameters: Parameters) -> tuple[Output, ...] | None:
    match parameters.get("Output.NbrOfOutputs"):
        case None:
            return None
        case "0":
            return ()
        case _:
            return await client.ports.outputs()


async def _find_lights(client: VapixClient, parameters: Parameters) -> tuple[Light, ...]:
    if parameters.get("Properties.LightControl.LightControl2") != "yes":
        return ()
    return await client.lights.list()


async def _find_alarm(client: VapixClient, _parameters: Parameters) -> SirenCapabilities | None:
    """Return a device's siren and strobe. No parameter says whether it has any (VX-SIREN), so it is asked."""
    alarm = await client.siren.capabilities()
    return alarm if alarm.siren or alarm.light else None


async def _find_ir_cut(client: VapixClient, parameters: Parameters) -> IrCutFilter | None:
    """Return where the infrared filter is set. No parameter says whether there is one, so a refusal is no issue."""
    try:
        return await client.day_night.filter(parameters)
    except AuthError, ForbiddenError:
        return None


async def _find_temperatures(client: VapixClient, parameters: Parameters) -> Temperatures | None:
    return await client.temperatures.shared() if has_temperatures(parameters) else None


async def _find_lenses(client: VapixClient, parameters: Parameters) -> tuple[str, ...]:
    """Return the lenses of a fixed camera that can focus. No parameter names them, so a refusal is no issue."""
    try:
        return await client.optics.find(parameters)
    except AuthError, ForbiddenError:
        return ()
