"""What the documentation leaves open: each switch is one question that only the real service could answer."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal, cast

from .json_values import fitting


@dataclass(slots=True)
class Switches:
    """How this simulated Netrex behaves where the documentation does not say. May be changed while it runs.

    Each switch cites the open question in docs/api that it decides.
    """

    # Cloud

    json_content_type: Literal["application/json", "text/html"] = "application/json"
    """Content type of JSON answers (NX-GQL-9)."""

    # OAuth2

    redirect_parameter: Literal["redirect_uri", "redirect_url", "both"] = "redirect_uri"
    """Name of the parameter of the redirect URL (NX-AUTH-5, NX-GRANT-4)."""
    strict_scopes: bool = True
    """Whether an unknown scope is refused at the sign-in page; False: it is left out (NX-SCOPE-4)."""
    code_lifetime: float = 60.0
    """Seconds (NX-AUTH-7)."""
    token_parameters: Literal["query", "body", "both"] = "query"  # noqa: S105 - no password
    """Where the parameters of the token request are read from (NX-GRANT-2)."""
    grant_types: frozenset[str] = frozenset({"authorization_code", "auth_code"})
    """Spellings accepted when a code is exchanged (NX-GRANT-6)."""
    one_time_only: bool = False
    """True: never a refresh token, even with a client secret (NX-GRANT-11)."""
    refresh_rotation: Literal["keep", "same", "rotate"] = "keep"
    """What a refresh returns besides the access token: nothing, the same refresh token, or a new one and the old ends
    (NX-REFRESH-3)."""
    refresh_ends_access: bool = False
    """True: a refresh ends the access tokens given before (NX-REFRESH-4)."""
    token_lifetime: float = 3600.0
    """Seconds that an OAuth2 access token is valid (NX-GRANT-9)."""
    second_sign_in: Literal["new", "same"] = "new"
    """Whether a second sign-in of an account to an application gets its own refresh token, or that of the first
    (NX-GRANT-12)."""
    revoke_ends: Literal["sign_in", "account"] = "sign_in"
    """Whether revoking ends one sign-in, as documented, or all sign-ins of that account to the application
    (NX-REVOKE-5)."""
    token_error_status: Literal[200, 400, 401, 403] = 400
    """HTTP status of `{"error": "text"}` from the token and revoke endpoints (NX-GRANT-10, NX-REVOKE-4)."""

    # GraphQL

    graphql_refusal: Literal["status", "errors", "codes"] = "status"
    """How a bad token or a missing permission shows: HTTP 401 or 403 with `{"error"}`, or 200 with GraphQL's errors,
    whose words or whose codes say it (NX-GQL-8)."""
    introspection: bool = True
    """Whether introspection queries are answered (NX-GQL-5)."""
    serial_field: Literal["serial_number", "serial", "mac", "mac_address"] | None = None
    """A field of the type Camera with the serial number; the documentation has none (NX-NODE-14)."""
    guest_top_is_null: bool = True
    """Parent of the topmost node that a guest sees: null, or the id of a node that the guest doesn't see
    (NX-NODE-17)."""

    # Recordings

    recording_preparation: float = 1.0
    """Seconds from `recordingPrepare` until there is something to download (NX-REC-7)."""
    recording_failure: Literal["no", "refused", "error", "never"] = "no"
    """How a failed preparation shows: it is refused with false, asking for its state is an error, or it never ends
    (NX-REC-8)."""
    recording_lifetime: float = 3600.0
    """Seconds that the id of a recording is valid after the listing that made it (NX-REC-9)."""
    recordings_longest: int | None = None
    """Seconds; longer intervals are refused with an error. None: any length (NX-REC-10)."""
    recordings_of_channels: bool = True
    """Whether `camera(node_id)` accepts a video channel (NX-REC-11)."""
    duration_falls_short: bool = True
    """Whether a recording lasts 2 s less than its interval, as in the page's sample (598 of 600), or all of it
    (NX-REC-2)."""

    # Figures

    figures_at_once: int | None = None
    """Number of figures in one request; more are refused. None: any number (NX-GQL-11)."""
    figures_delay: float = 0.0
    """Seconds after a quarter of an hour until what was counted in it is there (NX-KPI-7)."""
    figures_raw: bool = True
    """Whether `statisticData` has the arguments of `statisticDataMetric`, or others, so that the engine refuses it
    (NX-KPI-3)."""

    # Downloads

    download_access: Literal["signed", "bearer"] = "signed"
    """Whether `download_url` holds its own key, or needs the bearer token, with the permission recordings, as well
    (NX-FILE-1)."""
    download_lifetime: float = 3600.0
    """Seconds that a link is valid after it was returned (NX-FILE-2)."""
    download_expired_status: Literal[403, 404, 410] = 403
    """HTTP status of a link after that (NX-FILE-2)."""
    download_ranges: bool = True
    """Whether a part can be asked for; False: `Range` is ignored and `Accept-Ranges` is not sent (NX-FILE-3)."""
    download_validators: bool = True
    """Whether the file has `ETag` and `Last-Modified`, and `If-Range` is looked at (NX-FILE-4)."""
    download_length: bool = True
    """Whether the length is sent; False: chunked, without `Content-Length` (NX-FILE-5)."""
    download_content_range: Literal["right", "backwards", "beyond", "missing"] = "right"
    """What a part says it is: right, from its last byte to its first, of a file that ends before it, or nothing
    (NX-FILE-3)."""
    download_encoding: Literal["identity", "gzip"] = "identity"
    """Whether the file comes compressed, no matter what `Accept-Encoding` says; parts and lengths are those of what is
    sent (NX-FILE-6)."""
    download_redirect: Literal["no", "same_host", "other_host"] = "no"
    """Whether the link leads on to another one, which holds its own key; other_host: at this server's other name
    (NX-FILE-7)."""
    download_kind: Literal["h264", "hevc", "page", "empty"] = "h264"
    """What comes with 200: a clip in H.264 or HEVC, a page to sign in, or nothing (NX-FILE-8)."""
    download_content_type: Literal["video/mp4", "application/octet-stream"] = "video/mp4"
    """Content type of the clip (NX-FILE-9)."""
    download_faststart: bool = True
    """Whether the table of contents (`moov`) comes before the video or after it (NX-FILE-10)."""
    download_padding: int = 0
    """Number of zero bytes after the clip, in a `free` box: how large files are (NX-FILE-11)."""
    download_rate: int | None = None
    """Bytes a second that one download gets; None: as fast as it goes (NX-FILE-11)."""

    # Remote camera access

    device_connect_takes_oauth: bool = True
    """Whether a camera accepts an OAuth2 token with a live view permission, or only an API token with "configuration"
    (NX-REMOTE-6)."""
    live_view_needs_scope: bool = False
    """Whether images and video need the permission liveview itself, or any permission that opens the camera will do
    (NX-REMOTE-7)."""
    device_connect_refusal: Literal[401, 403] = 401
    """What remote camera access answers to a token it does not accept (NX-REMOTE-10)."""
    offline_status: Literal[0, 404, 502, 503, 504] = 503
    """What it answers for a camera that is off; 0: the connection is closed (NX-REMOTE-11)."""
    commands_need_scope: bool = True
    """Whether an OAuth2 token without the fitting permission is refused where cameras are moved, lit or spoken through
    (NX-REMOTE-8)."""
    media_type_names_codecs: bool = True
    """Whether media.cgi's content type has `codecs=`, as documented, or not, as OS 10.4.0 (VX-MEDIA-4)."""

    # Speakers

    transmit_takes_chunked: bool = False
    """Whether sound may be sent to a camera in chunks, without its length sent before (VX-AUDIO-5)."""
    sound_passes: Literal["while_sent", "when_whole"] = "while_sent"
    """Whether remote access passes sound on while it is sent, or only when it has all of it (NX-REMOTE-18)."""

    # Events

    event_stream_access: Literal["header", "session"] = "header"
    """Whether the token's header alone opens the event WebSocket, or a number of `wssession.cgi` is needed as well
    (VX-EVENT-3, VX-EVENT-4)."""
    event_initial_states: bool = True
    """Whether every state is reported once at the beginning, as confirmed for events over RTSP only (VX-EVENT-13)."""
    rtsp_passes: Literal["yes", "not_found", "forbidden", "page", "silence"] = "yes"
    """Whether RTSP over a websocket passes the proxy, or what comes instead: 404, 403, a page, or an open websocket in
    which nothing is answered (VX-MEDIA-15)."""
    rtsp_access: Literal["header", "session", "sign_in"] = "header"
    """Whether the token's header alone opens it, a number of `rtspwssession.cgi` is needed as well, or RTSP itself
    wants a name and a password (VX-RTSP-8)."""
    rtsp_messages: Literal["packets", "documents", "pieces"] = "packets"
    """What a message of that websocket holds: a packet, all packets of a document, or some bytes of either
    (VX-RTSP-10)."""
    event_before_ack: bool = False
    """Whether those states come before the answer to the subscription (VX-EVENT-14)."""
    event_declarations: Literal["answered", "refused", "fault", "missing", "old", "empty", "broken"] = "answered"
    """What a camera says when it is asked what it could report: whether the proxy and the login let that through
    (VX-DECL-8), how a refusal looks (VX-DECL-9), whether older firmware spells anything differently (VX-DECL-10)."""
    events_need_scope: bool = True
    """Whether an OAuth2 token without the permission events is refused at the event WebSocket (NX-REMOTE-9)."""

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
