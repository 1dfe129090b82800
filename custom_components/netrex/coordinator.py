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
from .issues import (
    async_clear_cloud_silent,
    async_clear_permission_missing,
    async_report_cloud_silent,
    async_report_permission_missing,
    async_show_too_many_cameras,
)
from .tasks.timing import timing_of

_LOGGER = logging.getLogger(__name__)

#: People add and rename cameras rarely; the tree is one request.
TREE_INTERVAL: Final = timedelta(minutes=5)
#: Cameras of one account. With all that they have, some more would be over the 10,000 entities that Home Assistant adds
#: for one account.
MAX_CAMERAS: Final = 1000


class TreeCoordinator(DataUpdateCoordinator[Tree]):
    """The account's tree, as of the last query that went well.

    When a query fails, the last tree stays: nothing disappears because the cloud was slow for a moment.
    """

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
        self._told_at = time.monotonic()
        self._serials: dict[int, str] = {}
        self._serials_asked_for: frozenset[int] | None = None
        self._asked_to_sign_in = False

    @override
    async def _async_update_data(self) -> Tree:
        """Query the tree.

        A lost sign-in does not end polling: who said so may have been wrong.

        Raises:
            ConfigEntryAuthFailed: the first query found that the sign-in no longer holds; a new one is asked for.
            UpdateFailed: anything else; tried again at the next interval.
        """
        try:
            tree = await self._cloud.tree()
        except HomeAssistantError as err:
            # Without a fresh token, nobody could even ask.
            self._note_silence(refused=isinstance(err, ConfigEntryAuthFailed))
            raise self._going_on(err) from None
        except CloudError as err:
            refused = isinstance(err, AuthError | ForbiddenError) and not isinstance(err, FreshTokenRefusedError)
            self._note_silence(refused=refused)
            if isinstance(err, ForbiddenError):
                async_report_permission_missing(self.hass, self.config_entry)
            raise self._going_on(as_update_error(err, self._provider)) from err
        self._take_back_sign_in()
        async_clear_permission_missing(self.hass, self.config_entry)
        self._told_at = time.monotonic()
        async_clear_cloud_silent(self.hass, self.config_entry)
        found = sum(1 for _ in tree.of_type(NodeType.CAMERA))
        async_show_too_many_cameras(self.hass, self.config_entry, found, MAX_CAMERAS)
        tree = tree.limited(MAX_CAMERAS)
        await self._ask_for_serials(tree)
        return replace(tree, serials=self._serials)

    def _going_on(self, err: HomeAssistantError) -> HomeAssistantError:
        """Ask for a new sign-in where that is what is wrong, and return what keeps up polling."""
        if not isinstance(err, ConfigEntryAuthFailed) or self.data is None:
            return err
        self._asked_to_sign_in = True
        self.config_entry.async_start_reauth_if_available(self.hass)
        return UpdateFailed(
            translation_domain=err.translation_domain,
            translation_key=err.translation_key,
            translation_placeholders=err.translation_placeholders,
        )

    def _take_back_sign_in(self) -> None:
        """Ask for no sign-in any more: it holds after all. Who has begun one is not disturbed."""
        if self._asked_to_sign_in:
            self._asked_to_sign_in = False
            for flow in tuple(self.config_entry.async_get_active_flows(self.hass, {SOURCE_REAUTH})):
                if flow.get("step_id") == "reauth_confirm":
                    self.hass.config_entries.flow.async_abort(flow["flow_id"])

    def _note_silence(self, *, refused: bool) -> None:
        """Tell the user when nothing came for hours. A refusal is an answer, which is told in its own way."""
        if refused:
            async_clear_cloud_silent(self.hass, self.config_entry)
        elif time.monotonic() - self._told_at >= timing_of(self.hass).cloud_silent_after:
            async_report_cloud_silent(self.hass, self.config_entry, self._provider.host)

    async def _ask_for_serials(self, tree: Tree) -> None:
        """Ask for serial numbers when there are cameras not asked about before; no answer takes nothing away."""
        cameras = frozenset(node.node_id for node in tree.of_type(NodeType.CAMERA))
        if cameras == self._serials_asked_for:
            return
        try:
            self._serials = await self._cloud.serials()
        except (CloudError, HomeAssistantError) as err:
            # The latter where the token could not be renewed right then. The tree has come all the same.
            _LOGGER.debug("No serial numbers from the provider (%s)", type(err).__name__)
        else:
            self._serials_asked_for = cameras
