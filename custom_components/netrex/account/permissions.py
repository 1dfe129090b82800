"""What one account may do at its cameras, by its tokens."""

from typing import Final

from homeassistant.config_entries import ConfigEntry

from ..auth.scopes import COMMAND_SCOPES, Scope, allows, allows_live_view
from ..const import CONF_API_TOKEN, CONF_REMOTE_API_TOKEN, CONF_SCOPES


class Permissions:
    """Permissions of an account, which is loaded again when they change.

    Attributes:
        can_stream: whether it may show live video and images.
        can_receive_events: whether cameras may report to it.
        can_reach: whether it has any permission for which cameras are contacted at all.
    """

    def __init__(self, entry: ConfigEntry) -> None:
        self._entry = entry
        scopes = entry.data.get(CONF_SCOPES, (Scope.LIVEVIEW,))
        self.can_stream: Final = bool(entry.options.get(CONF_REMOTE_API_TOKEN)) or allows_live_view(scopes)
        self.can_receive_events: Final = self.may(Scope.EVENTS)
        self.can_reach: Final = self.can_stream or self.can_receive_events or any(map(self.may, COMMAND_SCOPES))

    @property
    def has_api_token(self) -> bool:
        """Whether cameras get a token that the user created, rather than that of the sign-in."""
        return CONF_API_TOKEN in self._entry.data or CONF_REMOTE_API_TOKEN in self._entry.options

    def may(self, scope: Scope) -> bool:
        """Return whether the token for the cameras may have a permission; an API token may have any."""
        return CONF_REMOTE_API_TOKEN in self._entry.options or allows(self._entry.data.get(CONF_SCOPES), scope)
