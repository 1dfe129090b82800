"""What a simulated Netrex system holds: its tree of nodes, its cameras, its accounts and its OAuth2 application.

Everything here may be changed while the simulator runs; the next request sees it (NX-NODE, NX-APP).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
import time
from typing import Literal, Self
import uuid

from .card_recordings import CardRecording
from .equipment import (
    Alarm,
    AudioClip,
    Declaration,
    Disk,
    Heard,
    Light,
    PlayingClip,
    Port,
    Profile,
    Scenario,
    Speaker,
    Temperatures,
    VirtualInputs,
)
from .head import Head, Lens

SERIAL_PREFIXES = ("ACCC8E", "B8A44F", "E82725", "00408C")
"""What Axis serial numbers begin with: they are MAC addresses."""

HEIGHTS = (480, 720, 1080)
"""Qualities of recordings on offer, unless a node has others; the page's sample has 480, 720, 800."""
_AT_REST = {"1": "0", "active": "inactive", "high": "low"}
"""What a state is after a restart, by what it was before; that outputs are at rest then is INFERRED (VX-PORT-15)."""
_DEMO_DAYS = 12
_DEMO_NIGHT = (2 * 3600, 3 * 3600)
_DEMO_HOUR = ((600, 615), (2400, 2460))


IrCut = Literal["auto", "on", "off"]


class NodeType(StrEnum):
    """Types of nodes.

    `folder` and `camera` are CONFIRMED as values (NX-NODE-10); the others are words of the pages, INFERRED as values
    (NX-NODE-11). `hologram` stands for what a future version of the cloud may add.
    """

    FOLDER = "folder"
    USER = "user"
    CAMERA = "camera"
    CASHDESK = "cashdesk"
    DASHBOARD = "dashboard"
    DEVICE_INPUT = "deviceInput"
    VIDEO_CHANNEL = "videoChannel"
    LOCATION = "location"
    BOX = "box"
    CAMERA_AUDIO_DEVICE = "cameraAudioDevice"
    HOLOGRAM = "hologram"


@dataclass(slots=True)
class Camera:
    """A physical Axis device, as it answers behind the remote camera access."""

    serial: str
    """12 hexadecimal digits, upper case."""
    name: str
    """Drawn into the picture."""
    model: str = "AXIS P3265-LVE"
    product_name: str = "AXIS P3265-LVE Dome Camera"
    firmware: str = "11.11.73"
    channels: int = 1
    """Pictures: camera=1 to camera=channels."""
    resolutions: tuple[str, ...] = ("1920x1080", "1280x720", "640x360", "320x180")
    audio: bool = True
    media_cgi: bool = True
    """False: 404, as before AXIS OS 9.80."""
    lacks: frozenset[str] = frozenset()
    """Ids of JSON calls that its AXIS OS is too old for: 404. Others have a switch of their own here."""
    parameter_lines: Literal["root", "mixed"] = "root"
    """How lists of parameters are spelt: each name with `root.`, or as by AXIS OS 12.11 (VX-PARAM-3): lines end with
    CRLF, and names of the group after an error line lack `root.`."""
    online: bool = True
    """False: the proxy in front of it answers instead (`Switches.offline_status`)."""
    card: bool = False
    """Whether there is a memory card in it."""
    card_recordings: list[CardRecording] = field(default_factory=list)
    """What lies on the card."""
    boot_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started_at: float = field(default_factory=time.time)
    """When it was switched on, seconds since 1970."""
    event_stream: bool = True
    """Whether it has the event websocket; False: 404, as before AXIS OS 10.11."""
    rtsp_websocket: bool = True
    """Whether it has RTSP over a websocket; False: 404, as before AXIS OS 6.50 (VX-RTSP-9)."""
    rtsp_timeout: float = 60
    """Seconds until a session of RTSP ends that is not kept alive."""
    rtsp_packet_size: int = 1400
    """Bytes of a document in one packet."""
    event_ack: bool = True
    """Whether it answers a subscription; False: it only reports."""
    event_states: dict[tuple[str, frozenset[tuple[str, str]]], dict[str, str]] = field(default_factory=dict)
    """What it reports at the beginning of a stream: data by topic and source."""
    declares: list[Declaration] = field(default_factory=list)
    """What it says that it could report, beside what it has reported and what follows from the rest here."""
    events_in_page_spelling: bool = False
    """Whether topics are spelt as on the vendor's pages, with a name space before each part."""
    clock_offset: float | None = 0.0
    """Seconds that its clock is ahead; None: the clock is not set, so events have no time."""
    ports: list[Port] = field(default_factory=list)
    """What is wired to it."""
    port_management: bool = True
    """Whether `portmanagement.cgi` is there; False: 404, as before AXIS OS 9.70."""
    output_events: Literal["both", "ports", "relays", "none"] = "both"
    """How changes of outputs are reported: `IO/OutputPort`, `Trigger/Relay` or both: UNKNOWN (VX-TOPIC-5)."""
    output_levels: bool = False
    """Whether `IO/OutputPort` says high and low, as on the vendor's page, rather than 1 and 0 (UNKNOWN, VX-TOPIC-4)."""
    virtual_inputs: VirtualInputs = field(default_factory=VirtualInputs)
    """Inputs that only commands switch."""
    firmware_management: bool = True
    """Whether `firmwaremanagement.cgi` is there; False: 404, as before AXIS OS 7.40."""
    upgrading: bool = False
    """Whether new firmware is being installed: it does not restart then when told to."""
    restart_takes: float = 0.0
    """Seconds that it is gone when it restarts."""
    scenarios: list[Scenario] = field(default_factory=list)
    """What Object Analytics looks for; without any, the app is not installed."""
    motion_profiles: list[Profile] = field(default_factory=list)
    """What Video Motion Detection looks for; without any, the app is not installed."""
    login_level: Literal["viewer", "operator", "administrator"] = "administrator"
    """With which level remote camera access logs in to the camera; UNKNOWN (NX-REMOTE-13)."""
    card_wear: int = 3
    """How much of the card's life is used up, percent; negative: unknown."""
    disks: list[Disk] = field(default_factory=list)
    """Where it could record; without any, the card alone, if there is one."""
    minds_disk_id: bool = True
    """Whether it answers about the disk that is asked for; False: about all of them (VX-DISK-5)."""
    speaker: Speaker | None = None
    """What it can be heard with."""
    audio_clips: list[AudioClip] = field(default_factory=list)
    """Sounds that lie in it; only where there is a speaker."""
    playing_clip: PlayingClip | None = None
    """Which of them plays now."""
    speaks: bool = False
    """Whether somebody speaks through it now."""
    heard: list[Heard] = field(default_factory=list)
    """What was spoken through it so far."""
    lights: list[Light] = field(default_factory=list)
    """Its illuminators; `simulator.cameras.lights` lets them shine."""
    light_control: bool = False
    """Whether it lists the API of lights although there are none (CONFIRMED, VX-LIGHT-5)."""
    alarm: Alarm | None = None
    """Its siren and strobe."""
    ir_cut_filter: IrCut | None = None
    """How the filter that keeps infrared light out is set; None: there is none that can be set."""
    temperatures: Temperatures | None = None
    """What measures and controls how warm it is; None: `temperaturecontrol.cgi` is not there."""
    head: Head | None = None
    """What turns it, or moves its picture: that of camera=1."""
    more_heads: dict[int, Head] = field(default_factory=dict)
    """What moves its other pictures, by N of camera=N; the same head twice: both pictures turn together."""
    lens: Lens | None = None
    """Its lens, if that can be set."""
    night: bool = False
    """Whether it is dark before it."""
    illumination: float = 0.0
    """How bright its lights make it there, from 0 to 1."""
    timecode: bool = True
    """Whether pictures carry their time as a bar code, too: for tests to read, and odd to look at."""

    @property
    def heads(self) -> dict[int, Head]:
        """All heads, by N of camera=N."""
        return {**({} if self.head is None else {1: self.head}), **dict(sorted(self.more_heads.items()))}

    def restart(self, now: float) -> None:
        """Begin anew: every state that says that something is going on is over."""
        self.boot_id, self.started_at = str(uuid.uuid4()), now
        for data in self.event_states.values():
            for name, value in data.items():
                data[name] = _AT_REST.get(value, value)
        for port in self.ports:
            if port.direction == "output":
                port.state = port.normal_state
        self.virtual_inputs.active.clear()


@dataclass(slots=True)
class Node:
    """Anything in the tree."""

    node_id: int
    parent_node_id: int | None
    """None only for the top node."""
    type: NodeType
    name: str
    external_id: str | None = None
    """What the user entered for pairing with other systems."""
    serial: str | None = None
    """Of the device behind a camera node. The cloud doesn't tell it, unless `Switches.serial_field` says so."""
    recorded: bool = True
    """False: the camera was not recording, so that every interval is empty."""
    recorded_from: int | None = None
    """Recordings exist from then on, seconds since 1970; None: from always."""
    gaps: list[tuple[int, int]] = field(default_factory=list)
    """Intervals without recordings, seconds since 1970."""
    nightly_gap: tuple[int, int] | None = None
    """An interval of every day without recordings, in seconds of the day (UTC)."""
    hourly_gaps: list[tuple[int, int]] = field(default_factory=list)
    """Intervals of every hour without recordings, in seconds of the hour."""
    heights: tuple[int, ...] = HEIGHTS
    """Qualities of recordings on offer, as heights of the picture; even ones."""
    counts: bool = True
    """Whether a camera counts people, a cash desk transactions; False: its figures are null."""
    counts_from: int = 0
    """It counts from then on, seconds since 1970; before, its figures are null."""


@dataclass(slots=True)
class Account:
    """Somebody who signs in."""

    username: str
    password: str
    sees: frozenset[int] | None = None
    """Nodes whose subtrees are seen; None: everything, as an owner does."""


@dataclass(slots=True)
class Application:
    """An OAuth2 application, as made in the web interface."""

    name: str = "Home Assistant"
    client_id: str = "netrex-simulator-client"
    client_secret: str = "simulated-client-secret-c41d8f72"  # noqa: S105 - the simulator's own, for everybody to know
    redirect_urls: list[str] = field(
        default_factory=lambda: [
            "https://my.home-assistant.io/redirect/oauth",
            "http://127.0.0.1:8123/auth/external/callback",
            "http://localhost:8123/auth/external/callback",
            "http://homeassistant.local:8123/auth/external/callback",
        ]
    )


def serial_number(index: int) -> str:
    """Give the serial number of the camera at `index`: always the same, each another."""
    return f"{SERIAL_PREFIXES[index % 2]}{(0x10A3F1 + 0x01D2C7 * index) & 0xFFFFFF:06X}"


class World:
    """A system with an owner, a guest, an application and a top folder. Made by `demo` or `with_cameras`."""

    def __init__(self, name: str = "Moje kamery") -> None:
        self.nodes: dict[int, Node] = {}
        """By node id, in the order in which they were added."""
        self.cameras: dict[str, Camera] = {}
        """By serial number."""
        self.application = Application()
        self.accounts = {
            "owner": Account("owner", "owner-password"),
            "guest": Account("guest", "guest-password", sees=frozenset()),
        }
        self._next_node_id = 138170
        self.top = self.add(NodeType.FOLDER, name, parent=None)

    # --- changing it ---------------------------------------------------------------------------

    def add(
        self,
        node_type: NodeType,
        name: str,
        parent: Node | None,
        *,
        external_id: str | None = None,
        serial: str | None = None,
    ) -> Node:
        """Add a node below `parent`; its id is never used again."""
        parent_node_id = None if parent is None else parent.node_id
        node = Node(self._next_node_id, parent_node_id, NodeType(node_type), name, external_id, serial)
        self.nodes[node.node_id] = node
        self._next_node_id += 7
        return node

    def add_camera(
        self,
        parent: Node | None = None,
        *,
        name: str | None = None,
        external_id: str | None = None,
        camera: Camera | None = None,
    ) -> Node:
        """Add a camera: its node, and the device behind it.

        name: of the node, the device's serial number by default. camera: the device, a new one by default.
        """
        if camera is None:
            index = len(self.cameras)
            while (serial := serial_number(index)) in self.cameras:
                index += 1
            camera = Camera(serial, name or serial)
        self.cameras[camera.serial] = camera
        return self.add(
            NodeType.CAMERA, name or camera.serial, parent or self.top, external_id=external_id, serial=camera.serial
        )

    def remove(self, node_id: int) -> None:
        """Remove a node, all below it, and the devices no node stands for any more.

        Raises:
            KeyError: there is no such node.
            ValueError: it is the top node.
        """
        if self.nodes[node_id] is self.top:
            raise ValueError("the top node can't be removed")
        removed = list(self.subtree(node_id))
        for node in removed:
            del self.nodes[node.node_id]
        kept = {node.serial for node in self.nodes.values()}
        for node in removed:
            if node.serial is not None and node.serial not in kept:
                self.cameras.pop(node.serial, None)

    # --- looking at it -------------------------------------------------------------------------

    def _children(self, node_id: int) -> Iterator[Node]:
        return (node for node in list(self.nodes.values()) if node.parent_node_id == node_id)

    def subtree(self, node_id: int) -> Iterator[Node]:
        """Give a node and all below it."""
        yield self.nodes[node_id]
        for child in self._children(node_id):
            yield from self.subtree(child.node_id)

    def visible_to(self, account: Account) -> list[Node]:
        """Give the nodes that an account sees, in the order in which they were added."""
        if account.sees is None:
            return list(self.nodes.values())
        seen = {node.node_id for top in account.sees if top in self.nodes for node in self.subtree(top)}
        return [node for node in self.nodes.values() if node.node_id in seen]

    def camera_nodes(self) -> list[Node]:
        """Give the nodes that stand for cameras."""
        return [node for node in self.nodes.values() if node.type is NodeType.CAMERA]

    def node_named(self, name: str) -> Node:
        """Give the first node of this name.

        Raises:
            KeyError: there is none.
        """
        for node in self.nodes.values():
            if node.name == name:
                return node
        raise KeyError(name)

    def picture_of(self, node: Node) -> tuple[Camera, int] | None:
        """Give the camera whose picture a node's recordings hold, and which channel of it; None: no picture.

        A video channel stands below its camera's node (NX-NODE-7); that channels count from 1 in the order of their
        nodes is INFERRED (NX-NODE-15).
        """
        camera_node, channel = node, 1
        if node.type is NodeType.VIDEO_CHANNEL and node.parent_node_id is not None:
            camera_node = self.nodes[node.parent_node_id]
            channels = [child for child in self._children(camera_node.node_id) if child.type is node.type]
            channel += channels.index(node)
        camera = self.cameras.get(camera_node.serial or "")
        return None if camera is None else (camera, channel)

    def sees_camera(self, account: Account, serial: str) -> bool:
        """Tell whether a node that the account sees stands for this camera."""
        return any(node.serial == serial for node in self.visible_to(account))

    # --- ready-made ones -----------------------------------------------------------------------

    @classmethod
    def with_cameras(cls, number: int) -> Self:
        """Make a world of so many cameras right below the top, named by their serial numbers."""
        world = cls()
        for _ in range(number):
            world.add_camera()
        return world

    @classmethod
    def demo(cls, cameras: int = 3) -> Self:
        """Make a shop and a house with so many cameras and one of everything else.

        The first camera is named by its serial number and has an electrical input; the second has a human name, its
        serial number as external id, and two pictures; the third's serial number is nowhere; further ones are named
        by their serial number. The guest sees one folder of the shop, with the first camera.

        Recordings: the second camera has none of 2:00 to 3:00 UTC and short gaps in every hour, the third none from
        before 12 days; all others are without gaps.
        """
        world = cls()
        shop = world.add(NodeType.LOCATION, "Prodejna Brno", world.top, external_id="001")
        house = world.add(NodeType.LOCATION, "Dům", world.top)
        till = world.add(NodeType.FOLDER, "Pokladny", shop)
        stock = world.add(NodeType.FOLDER, "Sklad", shop)
        garden = world.add(NodeType.FOLDER, "Zahrada", house)
        world.add(NodeType.CASHDESK, "Pokladna č. 1", shop, external_id="pos-1")
        world.add(NodeType.DASHBOARD, "Přehled tržeb", shop)
        world.add(NodeType.BOX, "Záznamová stanice", stock)
        world.add(NodeType.CAMERA_AUDIO_DEVICE, "Reproduktor \N{EN DASH} pasáž", shop)
        world.add(NodeType.HOLOGRAM, "Hologram", world.top)
        world.add(NodeType.USER, "guest", world.top)
        world.accounts["guest"].sees = frozenset({till.node_id})
        for index in range(cameras):
            if index == 0:
                node = world.add_camera(till)
                world.add(NodeType.DEVICE_INPUT, "Dveře", node)
            elif index == 1:
                serial = serial_number(index)
                name = "Vchod \N{EN DASH} přední dveře"
                panorama = Camera(serial, name, "AXIS P3818-PVE", "AXIS P3818-PVE Panoramic Camera", channels=2)
                node = world.add_camera(shop, name=name, external_id=serial, camera=panorama)
                for number in range(1, panorama.channels + 1):
                    world.add(NodeType.VIDEO_CHANNEL, f"Vchod \N{EN DASH} pohled {number}", node)
                for gapped in world.subtree(node.node_id):
                    gapped.nightly_gap, gapped.hourly_gaps = _DEMO_NIGHT, list(_DEMO_HOUR)
            elif index == 2:  # noqa: PLR2004 - the third
                node = world.add_camera(garden, name="Zahrada \N{EN DASH} branka u potoka")
                node.recorded_from = int(time.time()) - _DEMO_DAYS * 86_400
            else:
                world.add_camera((garden, till, stock)[index % 3])
        return world
