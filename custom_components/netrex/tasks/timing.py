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

    # --- the account: Home Assistant waits ten seconds for its end
    #: While Home Assistant starts, a provider that is slow must not hold it.
    start_wait: float = 8.0
    #: A night's maintenance, or a day without internet in which people have other worries, is soon over.
    cloud_silent_after: float = 6 * 3600.0
    #: A command waits for those before it: nobody means it any more after that.
    command_wait: float = 10.0
    entities_added_within: float = 10.0
    #: On one platform: Home Assistant remembers all, and a camera may invent new ones. Two lists of 256 are the most.
    most_entities_of_camera: int = 1000
    polls_at_once: int = 16
    schema_timeout: float = 15.0
    reachability_timeout: float = 5.0
    most_llm_entities: int = 40

    # --- sign-in
    revocation_timeout: float = 15.0
    #: A refresh is waited for so long while the token at hand is still good.
    token_wait: float = 3.0
    token_retry_first: float = 5.0
    token_refresh_ends_within: float = 8.0

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
    #: In the beginning of a stream, a state's first report is no news.
    event_initial_states: float = 2.0
    #: A state from before the stream is no longer believed then, unless it was reported again.
    event_states_confirmed_within: float = 5.0
    #: Names are asked for once more when an unknown source reports.
    event_source_names_retry: float = 60.0
    #: Of one camera, also over restarts: a large one with all its analytics has some forty.
    most_event_sources: int = 200
    #: Until the account is loaded again, with those that were removed.
    most_new_event_sources: int = 1000
    #: An image that is asked for later shows something else.
    event_image_in_time: float = 2.0
    event_image_loaded_within: float = 5.0
    most_unsaved_event_image_bytes: int = 32 << 20

    # --- controls
    #: An automatic light changes its brightness all night, on every camera.
    light_poll: float = 300.0
    day_night_poll: float = 600.0
    #: A camera that has not refused a sound by then counts as having taken it: a busy one says so at once.
    announcement_taken_after: float = 3.0
    #: A slow speech engine takes some for a long text.
    sound_timeout: float = 60.0
    #: A camera that refuses to stop, or does not answer, is left alone: a head has come to its end by then.
    stop_refused_for: float = 10.0
    stop_silent_for: float = 600.0
    #: Pauses before further stops where a start was lost: it may come late.
    lost_start_stops: tuple[float, ...] = (0.3, 0.7, 1.5)
    steering_ends_within: float = 6.0


_TIMING: HassKey[Timing] = HassKey(f"{DOMAIN}_timing")


def timing_of(hass: HomeAssistant) -> Timing:
    """Return the one object of this Home Assistant."""
    return hass.data.setdefault(_TIMING, Timing())
