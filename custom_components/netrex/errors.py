"""Errors in Home Assistant's classes, with texts that a user can read."""

from collections.abc import Mapping
from typing import Final

from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryNotReady,
    HomeAssistantError,
    ServiceValidationError,
)
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

_KEYS: Final[Mapping[type[BaseException], str]] = {
    ForbiddenError: "cloud_permission_missing",
    BusyError: "cloud_busy",
    FreshTokenRefusedError: "cloud_refused_fresh_token",
    TransientError: "cloud_unreachable",
}


def action_error(key: str, **placeholders: str) -> HomeAssistantError:
    """Return the error for something that failed."""
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
    )


def validation_error(key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error for something that can't be done as asked."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
    )


def cloud_error_key(err: CloudError) -> str:
    """Return the key of the text that says what is wrong with the cloud's answer."""
    return next((key for kind, key in _KEYS.items() if isinstance(err, kind)), "cloud_unexpected_answer")


def sign_in_ended() -> ConfigEntryAuthFailed:
    """Return the error for a sign-in that the provider no longer accepts."""
    return ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="sign_in_expired")


def unreachable(provider: Provider) -> ConfigEntryNotReady:
    """Return the error for a provider that gives no answer."""
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
    return UpdateFailed(
        translation_domain=DOMAIN,
        translation_key=cloud_error_key(err),
        translation_placeholders=placeholders,
        retry_after=err.retry_after if isinstance(err, BusyError) else None,
    )
