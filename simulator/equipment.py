"""What belongs to a camera beside its picture: what is wired to it, what its analytics look for, its disks."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class Port:
    """An input or output; its number is its place among the camera's ports, from 0.

    state, normal_state: open or closed. readonly: nothing about it can be set. configurable: its direction can be.
    """

    name: str
    direction: str = "input"
    usage: str = ""
    state: str = "open"
    normal_state: str = "open"
    readonly: bool = False
    configurable: bool = True


@dataclass(slots=True)
class VirtualInputs:
    """Inputs that only commands switch, counted from 1.

    count: how many; 64 on real devices, 0: they are not there. active: those that are on. takes_duration: whether
    `duration` is known, as since 2024-11.
    """

    count: int = 0
    active: set[int] = field(default_factory=set)
    takes_duration: bool = True


@dataclass(slots=True)
class Scenario:
    """What Object Analytics looks for.

    type: motion, fence, crosslinecounting, occupancyInArea. counted: what, by class; None: the app is too old to say.
    """

    scenario_id: int
    name: str
    type: str = "motion"
    classes: tuple[str, ...] = ("human",)
    device: int = 1
    counted: dict[str, int] | None = None


@dataclass(slots=True)
class Profile:
    """What Video Motion Detection 4 looks for."""

    uid: int
    name: str
    camera: int = 1


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a camera says about a topic that it could report (VX-DECL).

    topic: with its name spaces. source: possible values by item, each with its name, if it has any; without values, it
    says nothing about them. data: types by item, such as `xsd:boolean`. state: the item that is the state, of a topic
    with one. attributes: further ones of the topic's element, such as `isApplicationData`.
    """

    topic: str
    data: Mapping[str, str] = field(default_factory=dict)
    source: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    name: str = ""
    state: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class AudioClip:
    """A sound that lies in a camera.

    number: its group's, `MediaClip.M3`; there may be gaps. seconds: how long it is.
    """

    number: int
    name: str
    seconds: float = 1.0


@dataclass(slots=True)
class Speaker:
    """What a camera can be heard with.

    formats: what it can decode, in the words of `Properties.Audio.Decoder.Format`; none: the parameter is missing.
    duplex: the current mode; with `get` nobody can speak. receiver_timeout: milliseconds without data after which a
    transmission ends. play_options: what `playclip.cgi` takes; none: the parameter is missing. stops_clips: whether
    `stopclip.cgi` is there. clip_refuses_speech: whether nobody can speak while a clip plays, which "may" be so.
    breaks_after: seconds of a transmission after which playing fails; None: never.
    """

    formats: tuple[str, ...] = ("g711", "axis-mulaw-128", "g726", "opus")
    duplex: Literal["full", "half", "post", "get"] = "full"
    receiver_timeout: int = 1000
    play_options: tuple[str, ...] = ("repeat", "volume", "location")
    stops_clips: bool = True
    clip_refuses_speech: bool = True
    breaks_after: float | None = None


@dataclass(slots=True)
class PlayingClip:
    """A clip that is playing. repeat: as asked, -1 for ever. volume: percent."""

    number: int
    repeat: int
    volume: int
    over: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class Heard:
    """What was sent to a camera's speaker at one time.

    content_type: what the sender called it. length: as the sender told it before; None: it did not. sound: what came,
    for a test to decode. ahead: seconds of sound that came before their time, at most. finished: whether all of it
    came and was played.
    """

    content_type: str
    length: int | None
    sound: bytearray = field(default_factory=bytearray)
    ahead: float = 0.0
    finished: bool = False


@dataclass(slots=True)
class Disk:
    """A memory card or network share. wear: how much of its life is used up, percent; negative: unknown."""

    disk_id: str = "SD_DISK"
    total_kb: int = 62_521_344
    free_kb: int = 31_000_000
    status: str = "OK"
    wear: int = 3


@dataclass(slots=True)
class Temperatures:
    """What measures and controls how warm a camera is.

    sensors: degrees Celsius by name. heaters, fans: their status, such as `Stopped`, `Running[85%]`, `Fan Failure`.
    """

    sensors: dict[str, float] = field(default_factory=lambda: {"Main": 43.5, "CPU": 50.44})
    heaters: list[str] = field(default_factory=list)
    fans: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Light:
    """An illuminator; its id is `led` and its place among the camera's, from 0.

    kind: `lightType`; "IR" is CONFIRMED, what white light is called is INFERRED (VX-LIGHT-7). on: whether it was
    activated. enabled: a disabled one can't be activated. synchronized: it is activated when night falls. automatic:
    it chooses its intensity. intensity: as set by hand. ranges: intensities that it takes; none: it takes none.
    has_automatic: whether it can choose. reports_intensity: whether it tells the current one. leds: each with an
    intensity of its own, if there are several. fault: the code that every call about it gets, such as 1006.
    """

    kind: str = "IR"
    on: bool = False
    enabled: bool = True
    synchronized: bool = False
    automatic: bool = False
    intensity: int = 1000
    ranges: tuple[tuple[int, int], ...] = ((0, 1000),)
    has_automatic: bool = True
    reports_intensity: bool = True
    leds: dict[int, int] = field(default_factory=dict)
    fault: int | None = None


@dataclass(frozen=True, slots=True)
class AlarmPattern:
    """What a siren can sound or a strobe can show. speeds, colors: of a strobe; the first are the defaults."""

    name: str
    intensities: tuple[int, ...] = (1, 2, 3, 4, 5)
    speeds: tuple[int, ...] = ()
    colors: tuple[str, ...] = ()
    least_colors: int = 0
    most_colors: int = 0


@dataclass(slots=True)
class AlarmOperation:
    """A pattern that is running, or waits for one of higher priority. ends_at: seconds since 1970; None: never."""

    number: int
    pattern: str
    intensity: int
    priority: int
    ends_at: float | None = None
    speed: int | None = None
    colors: tuple[str, ...] = ()
    profile: str | None = None


@dataclass(slots=True)
class Alarm:
    """Siren and strobe of a device, each there if it has patterns.

    profiles: as the user made them, in the words of `getProfiles`. weak_supply: powered by PoE class 3, with which a
    strobe has fewer intensities.
    """

    siren: tuple[AlarmPattern, ...] = (AlarmPattern("Siren Alternate"), AlarmPattern("Alarm Horror"))
    strobe: tuple[AlarmPattern, ...] = (
        AlarmPattern("Alternate", (1, 2, 3, 4, 5), (1, 2), ("red", "blue", "green", "amber", "white"), 2, 4),
        AlarmPattern("Steady", (1, 2, 3, 4, 5), (1,), ("red", "green", "blue", "amber", "white"), 1, 1),
        AlarmPattern("Rotate white + steady color", (1, 2, 3, 4, 5), (1, 2, 3, 4), ("red", "green"), 0, 1),
    )
    profiles: list[dict[str, object]] = field(default_factory=list)
    weak_supply: bool = False
    sounding: dict[int, AlarmOperation] = field(default_factory=dict)
    """By priority: there is one a priority (CONFIRMED, VX-SIREN-2)."""
    flashing: dict[int, AlarmOperation] = field(default_factory=dict)
