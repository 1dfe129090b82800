"""What a camera is, and which pictures it gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
import re
from typing import Self, override

from ..transport.values import small_number

_RESOLUTION = re.compile(r"(\d{2,5})x(\d{2,5})")
_CHANNEL_ENABLED = re.compile(r"Image\.I\d+\.Enabled")


@dataclass(frozen=True, slots=True, order=True)
class Resolution:
    """The size of a picture in pixels, spelt `1920x1080` by the camera."""

    width: int
    height: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read `WIDTHxHEIGHT`; None for names like `4CIF`, whose size depends on the video standard."""
        if match := _RESOLUTION.fullmatch(text.strip()):
            return cls(int(match[1]), int(match[2]))
        return None

    @property
    def pixels(self) -> int:
        """Its area."""
        return self.width * self.height

    @override
    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


def smallest_covering(sizes: Sequence[Resolution], width: int, height: int) -> Resolution | None:
    """Return the smallest size that can be scaled down to the wanted one, else the largest; None where none is known.

    Only sizes of the sensor's own shape, that of the largest one: others are cropped, and would show less of the scene.
    """
    if not sizes:
        return None
    largest = max(sizes, key=lambda size: size.pixels)
    whole = [
        size for size in sizes if abs(size.width * largest.height - size.height * largest.width) <= largest.width * 4
    ]
    covering = [size for size in whole if size.width >= width and size.height >= height]
    return min(covering, key=lambda size: size.pixels) if covering else largest


@dataclass(frozen=True, slots=True)
class DeviceIdentity:
    """Which device this is."""

    #: 12 hexadecimal digits in upper case: the MAC address without colons.
    serial: str
    brand: str
    #: Product number, like `P3265-LVE`.
    model: str
    #: Full name, like `AXIS P3265-LVE Dome Camera`.
    product_name: str
    firmware: str


@dataclass(frozen=True, slots=True)
class PictureProperties:
    """Which pictures a camera gives."""

    #: What may be asked for, in the camera's own order (largest first on real devices). May be empty.
    resolutions: tuple[Resolution, ...]
    audio: bool
    #: Pictures: `camera=1` to this number.
    channels: int

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str]) -> Self:
        """Read the groups `Properties.Image`, `Properties.Audio` and `Image` (CONFIRMED, VX-PARAM-6)."""
        listed = parameters.get("Properties.Image.Resolution", "").split(",")
        enabled = [value for name, value in parameters.items() if _CHANNEL_ENABLED.fullmatch(name)]
        configured = small_number(parameters.get("Image.NbrOfConfigs", "")) or 1
        channels = sum(value == "yes" for value in enabled) or configured
        return cls(
            resolutions=tuple(dict.fromkeys(size for text in listed if (size := Resolution.parse(text)))),
            audio=parameters.get("Properties.Audio.Audio") == "yes",
            channels=channels,
        )
