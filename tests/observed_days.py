"""Days of an account, by the positions of the simulator's switches, and which facts they show."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

from simulator import Switches


@dataclass(frozen=True, slots=True)
class Day:
    """A position for each of some switches, and the values that the facts have then; an empty one: not met."""

    name: str
    positions: Mapping[str, Any]
    seen: Mapping[str, str]
    #: What only a whole home sees, or only the script for accounts.
    at_home: Mapping[str, str] = field(default_factory=dict)
    by_script: Mapping[str, str] = field(default_factory=dict)
    login_level: str = "administrator"

    def switches(self) -> Switches:
        return Switches(**{"recording_preparation": 0.05, **self.positions})


#: Switches that no account shows in passing, and why.
NOT_SEEN: Final = {
    "redirect_parameter": "both names are sent",
    "strict_scopes": "only known scopes are asked for",
    "code_lifetime": "a code is used at once",
    "one_time_only": "there is no account without a refresh token",
    "refresh_ends_access": "the old token is not used again",
    "second_sign_in": "an account signs in once",
    "revoke_ends": "the account is removed then",
    "recording_lifetime": "an id is used at once, or listed again",
    "recordings_longest": "nobody asks for more",
    "recordings_of_channels": "a refusal may have other reasons",
    "figures_at_once": "a refusal may have other reasons",
    "figures_delay": "nothing says when something was counted",
    "download_lifetime": "nobody waits for the end of a link",
    "download_padding": "how long a file is says nothing of the service",
    "download_rate": "it depends on the line",
    "live_view_needs_scope": "what is not permitted is not tried",
    "commands_need_scope": "what is not permitted is not tried",
    "events_need_scope": "what is not permitted is not tried",
    "transmit_takes_chunked": "sound is sent with its length",
    "sound_passes": "no day has a speaker: tests/vapix/test_speaker.py",
}
_OFF: Final = (
    ("503", 503, None, "missing", "missing", "forbidden", ""),
    ("404", 404, "serial_number", "old", "answered", "page", ""),
    ("502", 502, "serial", "empty", "answered", "yes", "passes"),
    ("504", 504, "mac_address", "broken", "", "yes", "passes"),
    ("closed", 0, None, "answered", "answered", "yes", "passes"),
)

DAYS: Final = (
    Day(
        "as assumed",
        {},
        {
            "json_type": "application/json",
            "refusal": "status",
            "introspection": "answered",
            "serial_field": "none",
            "node_id": "number",
            "top_parent": "",
            "recording_id": "text",
            "recording_height": "up_to_1080",
            "recording_duration": "a_little_shorter",
            "preparation": "under_10_seconds",
            "link_host": "provider",
            "link_redirect": "none",
            "file_range": "taken",
            "file_validators": "sent",
            "file_length": "sent",
            "file_encoding": "plain",
            "file_format": "h264",
            "file_type": "video/mp4",
            "file_index": "first",
            "endless_answer": "seconds",
            "event_access": "header",
            "event_states": "sent",
            "event_order": "answer_first",
            "event_list": "answered",
            "video_type": "with_codecs",
        },
        at_home={
            "grant_type": "authorization_code",
            "grant_parameters": "query",
            "grant_error_status": "",
            "token_lifetime": "1_hour",
            "refresh_token": "kept",
            "sign_in_at_cameras": "accepted",
            "camera_off": "503",
            "failed_preparation": "",
            # The provider's own host gets the token without asking for it.
            "link_access": "",
            "link_end": "",
            # Without an API token, nothing is asked that is for administrators.
            "login_level": "operator",
        },
        by_script={
            "link_access": "own_key",
            "camera_refusal": "401",
            "camera_counts": "answered",
            "login_level": "administrator",
            "rtsp": "passes",
        },
    ),
    Day(
        "otherwise",
        {
            "token_parameters": "body",
            "grant_types": frozenset({"auth_code"}),
            "token_error_status": 200,
            "refresh_rotation": "rotate",
            "token_lifetime": 7200.0,
            "json_content_type": "text/html",
            "graphql_refusal": "codes",
            "introspection": False,
            "guest_top_is_null": False,
            "duration_falls_short": False,
            "figures_raw": False,
            "download_access": "bearer",
            "download_redirect": "same_host",
            "download_ranges": False,
            "download_validators": False,
            "download_length": False,
            "download_kind": "hevc",
            "download_content_type": "application/octet-stream",
            "event_stream_access": "session",
            "event_initial_states": False,
            "event_declarations": "refused",
            "rtsp_passes": "not_found",
            "media_type_names_codecs": False,
            "device_connect_refusal": 403,
        },
        {
            "json_type": "text/html",
            "refusal": "codes",
            "introspection": "refused",
            "serial_field": "",
            "top_parent": "hidden_node",
            "recording_duration": "as_asked",
            "link_redirect": "same_host",
            "file_range": "ignored",
            "file_validators": "missing",
            "file_length": "missing",
            "file_format": "h265",
            "file_type": "application/octet-stream",
            "event_access": "session",
            "event_order": "",
            "event_list": "refused",
            "video_type": "bare",
        },
        at_home={
            "grant_type": "auth_code",
            "grant_parameters": "body",
            "grant_error_status": "200",
            "token_lifetime": "up_to_1_day",
            "refresh_token": "rotated",
            "login_level": "operator",
            "event_states": "missing",
        },
        by_script={
            "rtsp": "",
            # Nothing happens in that minute.
            "event_states": "",
            "login_level": "operator",
            "link_access": "token",
            "camera_refusal": "403",
            "camera_counts": "refused",
        },
        login_level="operator",
    ),
    Day(
        "a third way",
        {
            "token_parameters": "both",
            "grant_types": frozenset({"authorization_code"}),
            "refresh_rotation": "same",
            "token_lifetime": 600.0,
            "graphql_refusal": "errors",
            "serial_field": "mac",
            "download_redirect": "other_host",
            "download_faststart": False,
            "download_encoding": "gzip",
            "event_before_ack": True,
            "event_declarations": "fault",
            "rtsp_access": "session",
            "rtsp_messages": "documents",
        },
        {
            "refusal": "words",
            "serial_field": "mac",
            "link_redirect": "other_host",
            "file_encoding": "packed",
            "file_range": "",
            "file_index": "last",
            "event_order": "states_first",
            "event_list": "refused",
            "login_level": "viewer",
        },
        at_home={"grant_parameters": "query", "token_lifetime": "under_1_hour", "refresh_token": "repeated"},
        by_script={"rtsp": "passes"},
        login_level="viewer",
    ),
    Day(
        "no sign-in at cameras",
        {"device_connect_takes_oauth": False, "device_connect_refusal": 403},
        {},
        at_home={"sign_in_at_cameras": "refused", "camera_refusal": "403", "event_access": ""},
    ),
    *(
        Day(
            f"off: {value}",
            {
                "offline_status": status,
                "serial_field": field,
                "event_declarations": declarations,
                "rtsp_passes": passes,
                "rtsp_messages": "pieces",
            },
            {"serial_field": field or "none", "event_list": listed},
            at_home={"camera_off": value},
            by_script={"rtsp": rtsp},
        )
        for value, status, field, declarations, listed, passes, rtsp in _OFF
    ),
    *(
        Day(
            f"link ends: {status}",
            {"download_lifetime": 0.0, "download_expired_status": status},
            {"link_end": str(status)},
        )
        for status in (403, 404, 410)
    ),
    *(
        Day(
            f"refused exchange: {status}",
            {"token_error_status": status, "token_parameters": "body"},
            {},
            at_home={"grant_error_status": str(status)},
        )
        for status in (400, 401, 403)
    ),
    *(
        Day(f"part {told}", {"download_content_range": told}, {"file_range": "unusable"})
        for told in ("backwards", "beyond", "missing")
    ),
    *(Day(f"sends {kind}", {"download_kind": kind}, {"file_format": "no_video"}) for kind in ("page", "empty")),
    Day("nothing is prepared", {"recording_failure": "refused"}, {"failed_preparation": "refused", "preparation": ""}),
    Day("preparing fails", {"recording_failure": "error"}, {"failed_preparation": "error", "preparation": ""}),
)
#: Positions that show nothing, and why.
_SHOW_NOTHING: Final = {
    ("recording_failure", "never"): "it is waited for, ten minutes at most",
    ("rtsp_passes", "silence"): "a camera that is busy is silent as well",
    ("rtsp_access", "sign_in"): "nothing signs in to cameras",
}


def missing_positions() -> Iterator[str]:
    """Yield what no day is about: a switch, or a position of one."""
    used = {(name, position) for day in DAYS for name, position in day.positions.items()} | _SHOW_NOTHING.keys()
    used |= {(each.name, getattr(Switches(), each.name)) for each in fields(Switches)}
    tried = {name for day in DAYS for name in day.positions}
    for name, kind in get_type_hints(Switches).items():
        if name in NOT_SEEN:
            continue
        if name not in tried | {"recording_preparation"}:
            yield name
        options = [
            option for part in (kind, *get_args(kind)) if get_origin(part) is Literal for option in get_args(part)
        ]
        for position in [True, False] if kind is bool else options:
            if (name, position) not in used:
                yield f"{name}={position}"
