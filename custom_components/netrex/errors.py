"""Says the cloud's errors in Home Assistant's classes, with texts that a user can read."""

from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady, HomeAssistantError
from homeassistant.helpers.update_coordinator import UpdateFailed

from .cloud import (
    AuthError,
    BusyError,
    CloudError,
    ForbiddenError,
    FreshTokenRefusedError,
    Provider,
    TransientError,
)
from .const import DOMAIN


def as_not_ready(err: HomeAssistantError, provider: Provider) -> HomeAssistantError:
    """Return what is said when the sign-in can't be renewed: Home Assistant's own errors tell status and address."""
    if err.translation_domain == DOMAIN:
        return err
    if isinstance(err, ConfigEntryAuthFailed):
        return ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="sign_in_ended")
    return unreachable(provider)


def unreachable(provider: Provider) -> ConfigEntryNotReady:
    """Return what is said when nothing comes from the provider."""
    return ConfigEntryNotReady(
        translation_domain=DOMAIN,
        translation_key="cloud_unreachable",
        translation_placeholders={"host": provider.host},
    )


def as_update_error(err: CloudError, provider: Provider) -> ConfigEntryAuthFailed | UpdateFailed:
    """Return the error that makes Home Assistant do the right thing: ask for a sign-in, or try again later."""
    placeholders = {"host": provider.host}
    if isinstance(err, AuthError) and not isinstance(err, FreshTokenRefusedError):
        return ConfigEntryAuthFailed(
            translation_domain=DOMAIN, translation_key="cloud_refused_token", translation_placeholders=placeholders
        )
    match err:
        case ForbiddenError():
            key = "cloud_permission_missing"
        case BusyError():
            key = "cloud_busy"
        case FreshTokenRefusedError():
            key = "cloud_refused_fresh_token"
        case TransientError():
            key = "cloud_unreachable"
        case _:
            key = "cloud_unexpected_answer"
    return UpdateFailed(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders=placeholders,
        retry_after=err.retry_after if isinstance(err, BusyError) else None,
    )
