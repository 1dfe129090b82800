"""Polls the account's tree: one query, however many cameras."""

from dataclasses import replace
from datetime import timedelta
import logging
import time
from typing import Final, override

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .cloud import (
    AuthError,
    CloudClient,
    CloudError,
    ForbiddenError,
    FreshTokenRefusedError,
    NodeType,
    Provider,
    Tree,
)
from .const import DOMAIN
from .errors import as_update_error
from .issues import Issue, async_show_issue
from .tasks.timing import timing_of

_LOGGER = logging.getLogger(__name__)

#: People add and rename cameras rarely; the tree is one request.
TREE_INTERVAL: Final = timedelta(minutes=5)
#: Cameras of one account; Home Assistant adds at most 10,000 entities for one account.
MAX_CAMERAS: Final = 1000


class TreeCoordinator(DataUpdateCoordinator[Tree]):
    """The account's tree, as of the last successful query."""

    config_entry: ConfigEntry

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, cloud: CloudClient, provider: Provider) -> None:
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=f"{DOMAIN} tree",
            update_interval=TREE_INTERVAL,
            always_update=False,
        )
        self._cloud = cloud
        self._provider = provider
        self._answered_at = time.monotonic()
        self._serials: dict[int, str] = {}
        self._serials_queried_for: frozenset[int] | None = None
        self._reauth_started = False

    @override
    async def _async_update_data(self) -> Tree:
        """Query the tree.

        An expired sign-in doesn't end polling: that answer may have been wrong.

        Raises:
            ConfigEntryAuthFailed: the sign-in has expired, in the first query.
            UpdateFailed: anything else.
        """
        try:
            tree = await self._cloud.tree()
        except HomeAssistantError as err:
            # The token could not be refreshed.
            self._note_silence(refused=isinstance(err, ConfigEntryAuthFailed))
            raise self._keep_polling(err) from None
        except CloudError as err:
            refused = isinstance(err, AuthError | ForbiddenError) and not isinstance(err, FreshTokenRefusedError)
            self._note_silence(refused=refused)
            if isinstance(err, ForbiddenError):
                async_show_issue(self.hass, self.config_entry, Issue.PERMISSION_MISSING)
            raise self._keep_polling(as_update_error(err, self._provider)) from err
        self._abort_reauth()
        async_show_issue(self.hass, self.config_entry, Issue.PERMISSION_MISSING, shown=False)
        self._answered_at = time.monotonic()
        async_show_issue(self.hass, self.config_entry, Issue.CLOUD_NOT_RESPONDING, shown=False)
        found = sum(1 for _ in tree.of_type(NodeType.CAMERA))
        numbers = {"count": str(found), "limit": str(MAX_CAMERAS)}
        async_show_issue(self.hass, self.config_entry, Issue.TOO_MANY_CAMERAS, shown=found > MAX_CAMERAS, **numbers)
        tree = tree.limited(MAX_CAMERAS)
        await self._query_serials(tree)
        return replace(tree, serials=self._serials)

    def _keep_polling(self, err: HomeAssistantError) -> HomeAssistantError:
        """Start reauthentication if the sign-in has expired; return an error that doesn't end polling."""
        if not isinstance(err, ConfigEntryAuthFailed) or self.data is None:
            return err
        self._reauth_started = True
        self.config_entry.async_start_reauth_if_available(self.hass)
        return UpdateFailed(
            translation_domain=err.translation_domain,
            translation_key=err.translation_key,
            translation_placeholders=err.translation_placeholders,
        )

    def _abort_reauth(self) -> None:
        """Abort a reauthentication that this started, unless the user has begun it: the sign-in is valid."""
        if self._reauth_started:
            self._reauth_started = False
            for flow in tuple(self.config_entry.async_get_active_flows(self.hass, {SOURCE_REAUTH})):
                if flow.get("step_id") == "reauth_confirm":
                    self.hass.config_entries.flow.async_abort(flow["flow_id"])

    def _note_silence(self, *, refused: bool) -> None:
        """Show an issue when the cloud has not answered for hours. A refusal is an answer, with its own issue."""
        if refused:
            async_show_issue(self.hass, self.config_entry, Issue.CLOUD_NOT_RESPONDING, shown=False)
        elif time.monotonic() - self._answered_at >= timing_of(self.hass).cloud_silent_after:
            async_show_issue(self.hass, self.config_entry, Issue.CLOUD_NOT_RESPONDING, host=self._provider.host)

    async def _query_serials(self, tree: Tree) -> None:
        """Query serial numbers when the cameras have changed; keep the known ones if that fails."""
        cameras = frozenset(node.node_id for node in tree.of_type(NodeType.CAMERA))
        if cameras == self._serials_queried_for:
            return
        try:
            self._serials = await self._cloud.serials()
        except (CloudError, HomeAssistantError) as err:
            # The latter if the token could not be refreshed just now.
            _LOGGER.debug("No serial numbers from the provider (%s)", type(err).__name__)
        else:
            self._serials_queried_for = cameras
