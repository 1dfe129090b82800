"""Timeouts, intervals and limits, in one object that tests change."""

from dataclasses import dataclass

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.singleton import singleton
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN


@dataclass(slots=True, kw_only=True)
class Timing:
    """Timeouts, intervals and limits of one Home Assistant, in seconds unless a name says otherwise.

    Only tests change them, also while an account is loaded: code keeps the object and copies no values.
    """

    # --- account: Home Assistant waits ten seconds for it to end
    #: A slow provider must not delay the start of Home Assistant.
    start_wait: float = 8.0
    #: Longer than maintenance takes.
    cloud_silent_after: float = 6 * 3600.0
    #: For the commands before it: later, a command is no longer wanted.
    command_wait: float = 10.0
    entities_added_within: float = 10.0
    #: On one platform: Home Assistant keeps all in its registry, and a camera may report new ones without end.
    most_entities_of_camera: int = 1000
    polls_at_once: int = 16
    schema_timeout: float = 15.0
    reachability_timeout: float = 5.0
    most_llm_entities: int = 40

    # --- sign-in
    revocation_timeout: float = 15.0
    #: For a refresh, while the current token is still valid.
    token_wait: float = 3.0
    token_retry_first: float = 5.0
    token_refresh_ends_within: float = 8.0

    # --- cameras: checks of an unreachable camera; a reboot takes one to two minutes
    #: While a person waits.
    camera_trial: float = 8.0
    camera_recheck_first: float = 10.0
    camera_recheck_longest: float = 300.0
    #: At least, also where it answers other requests all the while.
    camera_recheck_pause: float = 1.0
    #: Doubled after each try: a camera without video may have had a temporary fault.
    video_recheck: float = 3600.0
    #: Users add presets and clips in the camera.
    equipment_recheck: float = 3600.0
    #: After a failure; doubled each time.
    equipment_retry: float = 60.0

    # --- events: tries to open a stream
    event_reconnect_first: float = 1.0
    event_reconnect_longest: float = 300.0
    #: After a stream that lasted this long, retries start early again.
    event_stream_lasting: float = 60.0
    #: A silent camera is pinged; within 30 s, a dead one is noticed.
    event_stream_quiet: float = 20.0
    event_stream_pong: float = 10.0
    #: After the end of a stream, its states stay valid.
    event_grace: float = 10.0
    #: Inputs are polled without a stream.
    input_poll: float = 10.0
    #: After a refusal; doubled each time.
    event_stream_retry: float = 60.0
    event_connections_at_once: int = 16
    #: At the start of a stream, the first report of a state is not a change.
    event_initial_states: float = 2.0
    #: A state from before the stream becomes unknown unless it is reported again.
    event_states_confirmed_within: float = 5.0
    #: Within these, different kinds of sources notice one motion.
    event_one_motion: float = 2.0
    #: Names are read again when an unknown source reports.
    event_source_names_retry: float = 60.0
    #: After the last stream was opened, until cameras are asked what they could report; then between two cameras.
    declarations_after: float = 60.0
    declarations_pause: float = 1.0
    #: What a camera could report changes with its settings.
    declarations_max_age: float = 7 * 24 * 3600.0
    #: Of one camera; one with all its analytics has about forty.
    most_event_sources: int = 200
    #: Until the account is reloaded, including removed ones.
    most_new_event_sources: int = 1000
    #: Between two states of a number that is reported about every second, each of which Home Assistant records.
    frequent_value_pause: float = 30.0
    #: A later image would show something else.
    event_image_in_time: float = 2.0
    event_image_loaded_within: float = 5.0
    #: Between two of one camera.
    event_image_pause: float = 1.0
    most_unsaved_event_image_bytes: int = 32 << 20
    #: Between two of the same, while it goes on.
    event_image_repeat: float = 10.0

    # --- episodes
    #: After the last detection, until one is another episode.
    episode_gap: float = 10.0
    episode_longest: float = 300.0
    #: A source that is on for longer is stuck, or says how things are rather than what happens.
    detection_longest: float = 3600.0
    #: Between two reports of one that only goes on.
    episode_repeat: float = 1.0
    #: Of all cameras, in one response of an action.
    most_listed_episodes: int = 5000

    # --- controls
    #: An automatic light changes its brightness all night, on every camera.
    light_poll: float = 300.0
    day_night_poll: float = 600.0
    temperature_poll: float = 300.0
    #: A camera that has not refused a sound by then has accepted it: a busy one refuses at once.
    announcement_taken_after: float = 3.0
    #: A slow speech engine takes a while for a long text.
    sound_timeout: float = 60.0
    #: Stops to a camera that refuses them, or doesn't answer: by then a head has reached its limit.
    stop_refused_for: float = 10.0
    stop_silent_for: float = 600.0
    #: Pauses between further stops if the start was not answered: it may arrive late.
    lost_start_stops: tuple[float, ...] = (0.3, 0.7, 1.5)
    steering_ends_within: float = 6.0
    #: Answers that several entities of a camera ask for at about the same time.
    shared_max_age: float = 10.0
    #: Bytes of one file to play: five minutes of uncompressed stereo are 53 MB.
    most_sound_bytes: int = 64 << 20

    # --- recordings: questions whether one is ready, soon at first, then more patiently
    recording_poll_first: float = 0.5
    recording_poll_longest: float = 5.0
    #: A person in a browser sees that it loads for two seconds; then a player is shown, which waits itself.
    recording_browser_wait: float = 1.5
    #: Of one request of a player: proxies give up after 30 seconds or more.
    recording_player_wait: float = 20.0
    #: For the list of a timeline, which shows without recordings what it has; a later question gets a late answer.
    timeline_wait: float = 10.0
    #: Between tries to read the beginning of one: preparing it again can take minutes.
    recording_read_retry: float = 2.0
    #: From the end of an event's recording, until it is saved: when it is in the cloud is unknown.
    episode_recorded_after: float = 60.0
    #: An episode whose end is missed counts as over: none takes as long.
    episode_over_within: float = 360.0
    #: After its end, an interval counts as past: what cameras recorded arrives with a delay.
    recordings_complete_after: float = 900.0
    #: A year of days of one camera, or a month of twelve.
    most_recording_lists: int = 400
    #: In all of these lists, twice as many as without gaps: a provider may answer with 144,000 for a day.
    most_kept_recordings: int = 120_000
    #: Of an account, which are asked for a few at a time: as many as it gets cameras.
    most_awaited_lists: int = 1000
    #: Of one person, about days of cameras: as many as cameras that a card can be told of.
    most_open_questions: int = 200
    #: Between tries to resume a download that was cut off: a router that restarts takes longer than a moment.
    download_retries: tuple[float, ...] = (0.5, 2.0, 5.0, 10.0)
    #: That a server may ask for between them: nobody who plays a recording waits longer.
    download_retry_longest: float = 30.0
    #: Without a byte: a slow disk, or a camera's card, is searched first.
    download_idle_timeout: float = 30.0
    #: Of one file that is saved.
    export_download_timeout: float = 3 * 3600.0
    #: Files written longer ago are forgotten, and so not replaced any more.
    most_known_exports: int = 1000
    #: Of one file from a camera's card: ten minutes of 20 Mbit/s.
    most_card_bytes: int = 1_500_000_000
    #: Written at once.
    card_batch_bytes: int = 1 << 20
    #: Of a file from a card. Ten minutes of 120 images and 100 pieces of sound a second are 132,000; each takes memory.
    most_card_packets: int = 200_000
    #: Of one stream: what waits for the other stream is in memory.
    most_card_bytes_in_a_second: int = 64 << 20
    #: Read of the file until a packet comes of them: libav has them all in memory.
    most_card_bytes_without_packet: int = 32 << 20
    #: A slow disk writes 1.5 GB twice in that time.
    card_remux_timeout: float = 300.0

    # --- episodes: what is kept of events
    #: After what a kill costs at most.
    episodes_written_after: float = 1.0
    #: After the disk refused them.
    episodes_retry: float = 60.0
    #: Old ones are removed that often, at the latest.
    episodes_pruned_every: float = 3600.0
    #: For somebody else who looks into the database.
    database_busy: float = 5.0
    #: Of a damaged one, which is worth keeping for a look.
    most_damaged_database_bytes: int = 64 << 20
    #: A provider that forgets a camera for a moment must not cost what happened there.
    episodes_outlive_camera: float = 3600.0
    #: Of which changes and pictures may still come.
    most_recent_episodes: int = 1000
    #: What waits for a disk that is full.
    most_unwritten_episodes: int = 5000
    most_unwritten_picture_bytes: int = 16 << 20

    # --- metrics
    #: By which homes differ, so that they don't ask in the same moment.
    metric_spread: float = 300.0
    #: Between two requests for the past: thirty days of one metric are eight.
    metric_pause: float = 2.0
    #: Between two rounds, also where the clock is set meanwhile.
    metric_round_shortest: float = 1.0
    metric_round_longest: float = 3600.0
    #: After a failure; doubled each time.
    metric_retry_first: float = 60.0
    metric_retry_longest: float = 3600.0
    #: What is older stays unknown.
    metric_history: int = 30 * 24 * 3600


@callback
@singleton(HassKey[Timing](f"{DOMAIN}_timing"))
def timing_of(hass: HomeAssistant) -> Timing:
    """Return the one object of this Home Assistant."""
    return Timing()
