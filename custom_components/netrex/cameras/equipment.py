"""What a camera has besides its picture, and the keys of the entities for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..auth.scopes import Scope
from ..identity.entity_keys import (
    CLIP_KEYS,
    LIGHT_KEYS,
    OUTPUT_KEYS,
    PRESET_KEYS,
    REGULATOR_KEYS,
    THERMOMETER_KEYS,
    TOUR_KEYS,
    clip_key,
    light_key,
    output_key,
    preset_key,
    regulator_key,
    thermometer_key,
    tour_key,
)
from ..identity.unique_ids import SEPARATOR
from ..vapix import (
    ClipProperties,
    EventKind,
    IrCutFilter,
    Light,
    Output,
    PtzHead,
    SirenCapabilities,
    SpeechCodec,
    Temperatures,
)

type Parameters = Mapping[str, str]
"""A camera's parameters by name, without `root.`."""


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a camera has and the account may use. Most cameras have nothing.

    Attributes:
        refused: permissions that the account has and the camera refused.
        incomplete: whether a part did not answer, and is as it was before.
        outputs: what it switches; None: unknown.
        virtual_inputs: whether it has inputs that only commands switch.
        ir_cut: where its infrared filter is set.
        heads: what moves the camera or its pictures, by the number of the channel.
        lenses: those with autofocus, of a camera whose first channel has no head.
        clips: audio clips stored in it; None: unknown.
        speech: the codec for talking through it; None: it has no speaker.
        restarts: whether it lets the account restart it.
        temperatures: its temperature sensors, heaters and fans; None: it has none, or does not list them.
    """

    refused: frozenset[Scope] = frozenset()
    incomplete: bool = field(default=False, compare=False)
    outputs: tuple[Output, ...] | None = None
    virtual_inputs: bool = False
    lights: tuple[Light, ...] = ()
    alarm: SirenCapabilities | None = None
    ir_cut: IrCutFilter | None = None
    heads: Mapping[int, PtzHead] = field(default_factory=dict)
    lenses: tuple[str, ...] = ()
    clips: ClipProperties | None = None
    speech: SpeechCodec | None = None
    restarts: bool = False
    temperatures: Temperatures | None = None

    @property
    def keys(self) -> Mapping[str, frozenset[str]]:
        """The keys of possible entities of the camera itself, by the beginning of the keys of their kind.

        A kind that the camera did not answer about is missing: what is gone is unknown then.
        """
        keys = dict(self.keys_of_head(1))
        if self.outputs is not None:
            keys[OUTPUT_KEYS] = frozenset(output_key(output.number) for output in self.outputs)
        if self.lights:
            # An empty list may also mean that the camera did not answer.
            keys[LIGHT_KEYS] = frozenset(light_key(light.light_id) for light in self.lights)
        if self.clips is not None:
            keys[CLIP_KEYS] = frozenset(clip_key(clip.number) for clip in self.clips.clips)
        if self.temperatures is not None:
            keys[THERMOMETER_KEYS] = frozenset(thermometer_key(each.number) for each in self.temperatures.thermometers)
            regulators = frozenset(regulator_key(each.kind, each.number) for each in self.temperatures.regulators)
            keys |= dict.fromkeys(REGULATOR_KEYS.values(), regulators)
        return keys

    def unit_of(self, channel: int) -> int:
        """Return the lowest channel that turns together with this one."""
        head = self.heads.get(channel)
        return channel if head is None else head.unit

    def keys_of_head(self, channel: int) -> Mapping[str, frozenset[str]]:
        """Return the keys of possible entities of a channel's head, as `keys` does."""
        keys: dict[str, frozenset[str]] = {}
        if (head := self.heads.get(channel)) is not None:
            keys[TOUR_KEYS] = frozenset(tour_key(tour.number) for tour in head.tours)
            if head.presets_known:
                keys[PRESET_KEYS] = frozenset(preset_key(preset.number) for preset in head.presets)
        return keys


#: Keys, or beginnings of keys, of the entities for which one of these permissions is enough.
KEYS_BY_SCOPES: Final[Mapping[tuple[Scope, ...], tuple[str, ...]]] = {
    (Scope.LIVEVIEW_PTZ,): ("preset", PRESET_KEYS, TOUR_KEYS, "home", "autofocus", "day_night"),
    (Scope.LIVEVIEW_LIGHT,): (LIGHT_KEYS, "siren", "strobe"),
    (Scope.LIVEVIEW_AUDIOCLIP,): (CLIP_KEYS,),
    (Scope.LIVEVIEW_AUDIOCLIP, Scope.AUDIOTRANSMIT): ("speaker",),
    (Scope.WRITE,): (OUTPUT_KEYS, f"{EventKind.VIRTUAL_INPUT}{SEPARATOR}", "restart"),
}
