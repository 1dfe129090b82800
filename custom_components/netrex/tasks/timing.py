"""How long things wait, how often they are tried, and how much is taken: one object that tests inject shorter."""

from dataclasses import dataclass

from homeassistant.core import HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN


@dataclass(slots=True, kw_only=True)
class Timing:
    """The waits, pauses and limits of one Home Assistant, in seconds unless a name says otherwise.

    Only tests change them: also while an account is loaded, so all parts of it hold the same object.
    """

    # --- cameras: checks while one is not there, since a reboot takes one to two minutes
    camera_recheck_first: float = 10.0
    camera_recheck_longest: float = 300.0
    #: Video that did not come is looked for again, each time twice as late: that may have been a passing fault.
    video_recheck: float = 3600.0
    #: People add presets and clips in the camera.
    equipment_recheck: float = 3600.0
    #: Where it did not answer; each time twice as late.
    equipment_retry: float = 60.0

    # --- events: tries to open a stream
    event_reconnect_first: float = 1.0
    event_reconnect_longest: float = 300.0
    #: A stream that lasted so long was a good one: the next try is an early one again.
    event_stream_lasting: float = 60.0
    #: After the end of a stream, its states are believed for so long.
    event_grace: float = 10.0
    #: Inputs are asked for where there is no stream.
    input_poll: float = 10.0
    #: A camera that refused a stream is asked for one again, each time twice as late.
    event_stream_retry: float = 60.0
    event_connections_at_once: int = 16


_TIMING: HassKey[Timing] = HassKey(f"{DOMAIN}_timing")


def timing_of(hass: HomeAssistant) -> Timing:
    """Return the one object of this Home Assistant."""
    return hass.data.setdefault(_TIMING, Timing())
