"""Devices with several pictures, each with a head of its own or none (VX-HEAD-7 to VX-HEAD-9)."""

from .head import Head, Pose, Preset, Tour
from .world import Camera

_TURNS = {"pan": (-180.0, 180.0), "tilt": (-30.0, 7.0)}
_ZOOMS = {"pan": (-180.0, 180.0), "tilt": (-90.0, 0.0), "zoom": (1.0, 9999.0)}
_ZOOMING = range(5, 9)


def panoramic(serial: str, name: str, *, channels: int = 12) -> Camera:
    """Make a fixed dome as a recorded M3058-PLVE (CONFIRMED, VX-HEAD-7).

    Its overview stays, its other pictures turn within it, four of them also zoom; each keeps presets of its own.
    """
    heads = {
        channel: Head(
            digital=True,
            limits=dict(_ZOOMS if channel in _ZOOMING else _TURNS),
            presets={1: Preset("Home"), 2: Preset("Corner", Pose(10.0 * channel, -20.0))},
        )
        for channel in range(2, channels + 1)
    }
    model = "AXIS M3058-PLVE"
    return Camera(
        serial, name, model, f"{model} Network Camera", firmware="10.12.228", channels=channels, more_heads=heads
    )


def two_heads(serial: str, name: str) -> Camera:
    """Make an encoder, two of whose four cameras have heads of their own (CONFIRMED, VX-HEAD-8)."""
    presets = {1: Preset("Home"), 2: Preset("Gate", Pose(-60, 20, 900)), 3: Preset("Yard", Pose(15, 5, 1))}
    model = "AXIS P7304"
    return Camera(
        serial,
        name,
        model,
        f"{model} Video Encoder",
        channels=4,
        head=Head(presets={1: Preset("Home"), 2: Preset("Gate", Pose(60, 10, 500))}, tours=[Tour("Day", (1, 2))]),
        more_heads={3: Head(presets=presets, tours=[Tour("Night", (1, 2))], autofocus=True)},
    )


def bispectral(serial: str, name: str) -> Camera:
    """Make a positioning camera whose visual and thermal picture turn together (CONFIRMED, VX-HEAD-9)."""
    head = Head()
    model = "AXIS Q8752-E"
    return Camera(serial, name, model, f"{model} Bispectral PTZ Camera", channels=2, head=head, more_heads={2: head})
