"""What a camera has beside its picture, as far as the account may use it: asked for when it is found, then hourly."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
import logging
from typing import Final

from ..auth.scopes import Scope
from ..identity.entity_keys import CLIP_KEYS, PRESET_KEYS, TOUR_KEYS, clip_key, preset_key, tour_key
from ..identity.unique_ids import SEPARATOR
from ..vapix import (
    Alarm,
    AuthError,
    ClipProperties,
    EventKind,
    ForbiddenError,
    GoneError,
    IrCutFilter,
    Light,
    Output,
    PtzHead,
    RequestError,
    SpeechCodec,
    VapixClient,
    VapixError,
    speech_codec,
)
from ..vapix.virtual_inputs import has_virtual_inputs
from .light_equipment import LIGHT_KEYS, find_alarm, find_ir_cut, find_lights, light_key
from .outputs import OUTPUT_KEYS, find_outputs, output_key
from .ptz_equipment import find_head, find_lenses

_LOGGER = logging.getLogger(__name__)

type Parameters = Mapping[str, str]
"""What a camera tells about itself in one answer, by name without `root.`."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What is there and may be used. Nothing before the camera was asked, and nothing ever for most cameras.

    Attributes:
        refused: permissions that the account has, and that the camera did not let it use when asked.
        incomplete: whether something did not answer, and is as it was known before.
        outputs: what it switches; None: it has not told.
        virtual_inputs: whether it has inputs that only commands switch.
        lights: its illuminators.
        alarm: its siren and strobe.
        ir_cut: where its infrared filter is set.
        head: what moves it, or its picture.
        lenses: those that focus by themselves, of a camera without a head.
        clips: sounds that lie in it; None: it has not told.
        speech: how sound is written that can be sent to it; None: it can't be spoken through.
        restarts: whether it lets the account restart it.
    """

    refused: frozenset[Scope] = frozenset()
    incomplete: bool = field(default=False, compare=False)
    outputs: tuple[Output, ...] | None = None
    virtual_inputs: bool = False
    lights: tuple[Light, ...] = ()
    alarm: Alarm | None = None
    ir_cut: IrCutFilter | None = None
    head: PtzHead | None = None
    lenses: tuple[str, ...] = ()
    clips: ClipProperties | None = None
    speech: SpeechCodec | None = None
    restarts: bool = False

    @property
    def focuses(self) -> bool:
        """Whether the camera can be told to focus."""
        return bool(self.lenses) or (self.head is not None and self.head.autofocus)

    @property
    def keys(self) -> Mapping[str, frozenset[str]]:
        """The keys of the entities that there can be, by how the keys of their kind begin.

        A kind that the camera has not told about is left out: then nobody knows what is gone.
        """
        keys: dict[str, frozenset[str]] = {}
        if self.outputs is not None:
            keys[OUTPUT_KEYS] = frozenset(output_key(output.number) for output in self.outputs)
        if self.head is not None and self.head.presets_known:
            keys[PRESET_KEYS] = frozenset(preset_key(preset.number) for preset in self.head.presets)
        if self.head is not None:
            keys[TOUR_KEYS] = frozenset(tour_key(tour.number) for tour in self.head.tours)
        if self.lights:
            # None may also mean that they could not be asked for.
            keys[LIGHT_KEYS] = frozenset(light_key(light.light_id) for light in self.lights)
        if self.clips is not None:
            keys[CLIP_KEYS] = frozenset(clip_key(clip.number) for clip in self.clips.clips)
        return keys


NOTHING: Final = Equipment()


@dataclass(slots=True)
class _Search:
    """One look at everything that a camera may have."""

    client: VapixClient
    parameters: Parameters
    may: Callable[[Scope], bool]
    refused: set[Scope] = field(default_factory=set)
    incomplete: bool = False

    async def part[Found](
        self, scope: Scope, find: Callable[[VapixClient, Parameters], Awaitable[Found]], before: Found, nothing: Found
    ) -> Found:
        """Return one part of the equipment: what is found, what was known `before` if that can't be told now.

        Args:
            scope: without it nobody asks.
            find: asks; where `parameters` say that there is nothing, without a request.
            before: this part as known so far.
            nothing: this part of a camera that has none.
        """
        if not self.may(scope):
            return nothing
        try:
            return await find(self.client, self.parameters)
        except AuthError, ForbiddenError:
            self.refused.add(scope)
        except GoneError, RequestError:
            pass
        except VapixError as err:
            _LOGGER.debug("Equipment for %s was not told: %s", scope, type(err).__name__)
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
    """Ask for everything that the account may use. What does not answer now stays as it was; no VapixError comes out.

    Args:
        client: the camera.
        parameters: what it tells about itself.
        may: tells whether the account has a permission.
        before: what is known so far.
        has_api_token: whether the cameras are shown a token that the user made: no permission of a sign-in is known to
            a restart (INFERRED, NX-SCOPE-2).
    """
    search = _Search(client, parameters, may)
    outputs = await search.part(Scope.WRITE, find_outputs, before.outputs, None)
    lights = await search.part(Scope.LIVEVIEW_LIGHT, find_lights, before.lights, ())
    alarm = await search.part(Scope.LIVEVIEW_LIGHT, find_alarm, before.alarm, None)
    ir_cut = await search.part(Scope.LIVEVIEW_PTZ, find_ir_cut, before.ir_cut, None)
    head = await search.part(Scope.LIVEVIEW_PTZ, find_head, before.head, None)
    if head is not None and before.head is not None and not head.presets_known:
        head = replace(head, presets=before.head.presets)
    lenses = await search.part(Scope.LIVEVIEW_PTZ, find_lenses, before.lenses, ())
    restarts = False
    if has_api_token:
        restarts = await search.part(Scope.WRITE, find_restart, before.restarts, nothing=False)
    # What was refused is known at the end.
    return Equipment(
        refused=frozenset(search.refused),
        incomplete=search.incomplete,
        outputs=outputs,
        virtual_inputs=may(Scope.WRITE) and has_virtual_inputs(parameters),
        lights=lights,
        alarm=alarm,
        ir_cut=ir_cut,
        head=head,
        lenses=lenses,
        clips=ClipProperties.from_parameters(parameters) if may(Scope.LIVEVIEW_AUDIOCLIP) else None,
        speech=speech_codec(parameters) if may(Scope.AUDIOTRANSMIT) else None,
        restarts=restarts,
    )


async def find_restart(client: VapixClient, parameters: Parameters) -> bool:
    """Return whether the camera lets the account restart it. Raises VapixError: it was not told."""
    del parameters
    return await client.may_restart()


#: How the keys of the entities begin that one of these permissions makes; without a separator at its end, one is whole.
KEYS_BY_SCOPES: Final[Mapping[tuple[Scope, ...], tuple[str, ...]]] = {
    (Scope.LIVEVIEW_PTZ,): ("preset", PRESET_KEYS, TOUR_KEYS, "home", "autofocus", "day_night"),
    (Scope.LIVEVIEW_LIGHT,): (LIGHT_KEYS, "siren", "strobe"),
    (Scope.LIVEVIEW_AUDIOCLIP,): (CLIP_KEYS,),
    (Scope.LIVEVIEW_AUDIOCLIP, Scope.AUDIOTRANSMIT): ("speaker",),
    (Scope.WRITE,): (OUTPUT_KEYS, f"{EventKind.VIRTUAL_INPUT}{SEPARATOR}", "restart"),
}
