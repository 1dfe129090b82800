"""What the documentation leaves open: each switch is one question that only the real service could answer."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, cast

from .json_values import fitting


@dataclass(slots=True)
class Switches:
    """How this simulated Netrex behaves where the documentation does not say. May be changed while it runs."""

    # Both doors of the cloud

    json_content_type: Literal["application/json", "text/html"] = "application/json"
    """What JSON answers call themselves; a PHP script that says nothing sends text/html."""

    # OAuth2, netrex-api.md 1.5 to 1.9

    redirect_parameter: Literal["redirect_uri", "redirect_url", "both"] = "redirect_uri"
    """Name of the parameter: the pages' samples say one, their tables the other."""
    strict_scopes: bool = True
    """Whether an unknown scope is refused at the sign-in page; False: it is left out."""
    code_lifetime: float = 60.0
    """Seconds."""
    token_parameters: Literal["query", "body", "both"] = "query"  # noqa: S105 - no password
    """Where the parameters of the token request are looked for."""
    grant_types: frozenset[str] = frozenset({"authorization_code", "auth_code"})
    """Spellings taken when a code is exchanged."""
    one_time_only: bool = False
    """True: never a refresh token, whatever the client sends."""
    refresh_rotation: Literal["keep", "same", "rotate"] = "keep"
    """What a refresh gives besides the access token: nothing, the same refresh token, or a new one and the old ends."""
    refresh_ends_access: bool = False
    """True: a refresh ends the access tokens given before."""
    token_lifetime: float = 3600.0
    """Seconds that an OAuth2 access token lasts."""
    second_sign_in: Literal["new", "same"] = "new"
    """Whether a second sign-in of an account to an application gets its own refresh token, or that of the first."""
    revoke_ends: Literal["sign_in", "account"] = "sign_in"
    """Whether revoking ends one sign-in, as documented, or all sign-ins of that account to the application."""
    token_error_status: Literal[200, 400, 401, 403] = 400
    """HTTP status of `{"error": "text"}` from the token and revoke endpoints."""

    # GraphQL, netrex-api.md 2

    graphql_refusal: Literal["status", "errors", "codes"] = "status"
    """How a bad token or a missing right shows: HTTP 401 or 403 with `{"error"}`, or 200 with GraphQL's errors, whose
    words or whose codes say it."""
    introspection: bool = True
    """Whether the schema may be asked for."""
    serial_field: Literal["serial_number", "serial", "mac", "mac_address"] | None = None
    """A field of the type Camera that tells the serial number; the documentation knows none."""
    guest_top_is_null: bool = True
    """Parent of the topmost node that a guest sees: null, or the id of a node that the guest doesn't see."""

    # Recordings, netrex-api.md 2.4

    recording_preparation: float = 1.0
    """Seconds from `recordingPrepare` until there is something to download."""
    recording_failure: Literal["no", "refused", "error", "never"] = "no"
    """How a failed preparation shows: it is refused with false, asking for its state is an error, or it never ends."""
    recording_lifetime: float = 3600.0
    """Seconds that the id of a recording holds after the listing that made it."""
    recordings_longest: int | None = None
    """Seconds; longer intervals are refused with an error. None: any length."""
    recordings_of_channels: bool = True
    """Whether `camera(node_id)` takes a video channel, of which the page says only that its recordings work alike."""
    duration_falls_short: bool = True
    """Whether a recording lasts 2 s less than its interval, as in the page's sample (598 of 600), or all of it."""

    # Figures, netrex-api.md 2.7

    figures_at_once: int | None = None
    """So many figures in one request; more are refused. None: any number."""
    figures_delay: float = 0.0
    """Seconds after a quarter of an hour until what was counted in it is told."""
    figures_raw: bool = True
    """Whether `statisticData` has the arguments of `statisticDataMetric`, or others, so that the engine refuses it."""

    # Downloads, netrex-api.md 2.4

    download_access: Literal["signed", "bearer"] = "signed"
    """Whether `download_url` holds its own key, or wants the bearer token, with the right recordings, as well."""
    download_lifetime: float = 3600.0
    """Seconds that a link holds after it was told."""
    download_expired_status: Literal[403, 404, 410] = 403
    """HTTP status of a link after that."""
    download_ranges: bool = True
    """Whether a part can be asked for; False: `Range` is ignored and `Accept-Ranges` is not sent."""
    download_validators: bool = True
    """Whether the file has `ETag` and `Last-Modified`, and `If-Range` is looked at."""
    download_length: bool = True
    """Whether the length is told; False: chunked, without `Content-Length`."""
    download_content_range: Literal["right", "backwards", "beyond", "missing"] = "right"
    """What a part says it is: right, from its last byte to its first, of a file that ends before it, or nothing."""
    download_encoding: Literal["identity", "gzip"] = "identity"
    """Whether the file comes packed, whatever `Accept-Encoding` says; parts and lengths are those of what is sent."""
    download_redirect: Literal["no", "same_host", "other_host"] = "no"
    """Whether the link leads on to another one, which holds its own key; other_host: at this server's other name."""
    download_kind: Literal["h264", "hevc", "page", "empty"] = "h264"
    """What comes with 200: a clip in H.264 or HEVC, a page to sign in, or nothing."""
    download_content_type: Literal["video/mp4", "application/octet-stream"] = "video/mp4"
    """What the clip calls itself."""
    download_faststart: bool = True
    """Whether the table of contents (`moov`) stands before the video or behind it."""
    download_padding: int = 0
    """So many bytes of zeros behind the clip, in a `free` box: how large files are."""
    download_rate: int | None = None
    """Bytes a second that one download gets; None: as fast as it goes."""

    # Remote camera access, netrex-api.md 3

    device_connect_takes_oauth: bool = True
    """Whether a camera takes an OAuth2 token with a live view right, or only an API token with "configuration"."""
    live_view_needs_right: bool = False
    """Whether images and video need the right liveview itself, or any right that lets a token to the camera will do."""
    device_connect_refusal: Literal[401, 403] = 401
    """What remote camera access answers to a token it does not take."""
    offline_status: Literal[0, 404, 502, 503, 504] = 503
    """What it answers for a camera that is off; 0: the connection is closed."""
    commands_need_right: bool = True
    """Whether an OAuth2 token without the fitting right is refused where cameras are moved, lit or spoken through."""
    media_type_names_codecs: bool = True
    """Whether media.cgi's content type has `codecs=`, as documented, or not, as OS 10.4.0 (vapix.md 1)."""

    # Speakers, vapix.md 7

    transmit_takes_chunked: bool = False
    """Whether sound may be sent to a camera in chunks, without its length told before."""

    # Events, vapix.md 9

    event_stream_access: Literal["header", "session"] = "header"
    """Whether the token's header alone opens the event websocket, or a number of `wssession.cgi` is wanted as well."""
    event_initial_states: bool = True
    """Whether every state is reported once at the beginning, as confirmed for events over RTSP only."""
    event_before_ack: bool = False
    """Whether those states come before the answer to the subscription."""
    events_need_right: bool = True
    """Whether an OAuth2 token without the right events is refused at the event websocket."""

    def change(self, positions: Mapping[str, object]) -> None:
        """Set switches from JSON values, all of them or none.

        Raises:
            ValueError: there is no such switch, or it has no such position.
        """
        for name, position in fitting(type(self), positions).items():
            setattr(self, name, position)

    def positions(self) -> dict[str, str | float | list[str] | None]:
        """Give every switch and its position as JSON values."""
        found: dict[str, str | float | list[str] | None] = {}
        for field in fields(self):
            value = cast("str | float | frozenset[str] | None", getattr(self, field.name))
            found[field.name] = sorted(value) if isinstance(value, frozenset) else value
        return found
