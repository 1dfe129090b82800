"""What can go wrong with recordings, and by which message a person learns it: a new error needs a key in `_KEYS`.

The modules of `recordings` raise these errors. Actions, the media source and the player's view call them in `explained`
(`media_browser/access.py`), which gives them their texts: `exceptions` of the translations.
"""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryNotReady,
    HomeAssistantError,
    OAuth2TokenRequestReauthError,
)
from homeassistant.helpers.translation import async_get_translations

from ..cloud import (
    AuthError,
    BusyError,
    CloudError,
    ForbiddenError,
    FreshTokenRefusedError,
    LinkExpiredError,
    TransientError,
)
from ..const import DOMAIN
from ..errors import action_error
from ..vapix import VapixError


class RecordingError(Exception):
    """A recording can't be listed, prepared or played."""


class NothingRecordedError(RecordingError):
    """The camera did not record in the requested time range."""


class StillPreparingError(RecordingError):
    """The file was not ready within the wait; its preparation continues, so a later request may succeed."""


class PreparationFailedError(RecordingError):
    """The cloud, or the remuxer of card recordings, could not make a file of the recording."""


class NotVideoError(RecordingError):
    """The downloaded file is not a video."""


class TooManyJobsError(RecordingError):
    """Too many recordings of the account are being prepared."""


class TooManyListsError(RecordingError):
    """Too many lists of the account's recordings are being asked for."""


class TooManyPlayersError(RecordingError):
    """Too many players are open on the account's recordings."""


class NoSpaceError(RecordingError):
    """The disk has not enough space for the recording's file."""


class AccountUnloadedError(RecordingError):
    """The account was unloaded during the request."""


type AnyError = CloudError | VapixError | RecordingError | HomeAssistantError

_KEYS: dict[type[Exception], str] = {
    NothingRecordedError: "recording_nothing",
    StillPreparingError: "recording_preparing",
    PreparationFailedError: "recording_failed",
    NotVideoError: "recording_not_video",
    TooManyJobsError: "recording_too_many_jobs",
    TooManyListsError: "recordings_busy",
    TooManyPlayersError: "recording_too_many_players",
    NoSpaceError: "recording_no_space",
    AccountUnloadedError: "recordings_account_gone",
    LinkExpiredError: "recording_failed",
    AuthError: "recordings_sign_in_ended",
    FreshTokenRefusedError: "cloud_refused_fresh_token",
    ForbiddenError: "recordings_permission_missing",
    BusyError: "recordings_busy",
    TransientError: "recordings_unreachable",
    CloudError: "recordings_unexpected_answer",
    VapixError: "card_unreadable",
    # Of a token that can't be refreshed: their own texts say what the account does, and some hold addresses.
    OAuth2TokenRequestReauthError: "recordings_sign_in_ended",
    ConfigEntryAuthFailed: "recordings_sign_in_ended",
    ConfigEntryNotReady: "recordings_unreachable",
    HomeAssistantError: "recordings_unexpected_answer",
}

#: Keys of all texts about recordings in the cloud; their placeholders are `host` and `camera`.
MESSAGES = frozenset(_KEYS.values())


def recording_error(err: AnyError, host: str, camera: str) -> HomeAssistantError:
    """Return an error with a text for a person, if it doesn't have one already. Called by `explained`."""
    is_of_account = isinstance(err, ConfigEntryAuthFailed | ConfigEntryNotReady)
    if isinstance(err, HomeAssistantError) and err.translation_domain == DOMAIN and not is_of_account:
        return err
    key = next(_KEYS[kind] for kind in type(err).__mro__ if kind in _KEYS)
    return action_error(key, host=host, camera=camera)


async def localized_message(hass: HomeAssistant, err: HomeAssistantError) -> str:
    """Return an error's text in the language of Home Assistant's settings.

    The media browser, the player's view and the events of an export show errors as they are, and Home Assistant says
    its own in English.
    """
    texts = await async_get_translations(hass, hass.config.language, "exceptions", {DOMAIN})
    text = texts.get(f"component.{DOMAIN}.exceptions.{err.translation_key}.message", str(err))
    return text.format(**(err.translation_placeholders or {}))
