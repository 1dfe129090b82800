"""Fix flows: each ends the problem that its issue tells of."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from typing import Final, override

from homeassistant.components.repairs import FlowType, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import probatio

from .account.account import NetrexConfigEntry
from .cameras.serials import with_serial
from .cloud import BusyError, DevicePattern, FreshTokenRefusedError, ProtocolError, Provider
from .const import API_TOKEN_HELP, CONF_DEVICE_PATTERN, CONF_PROVIDER, CONF_REMOTE_API_TOKEN, DOMAIN
from .flows.camera_serial_form import FIELD_SERIAL
from .issues import (
    API_TOKEN_LIMITED,
    CAMERA_REFUSED,
    CLOUD_SILENT,
    FIGURES_PERMISSION_MISSING,
    PERMISSION_MISSING,
    PERMISSION_REFUSED,
    REMOTE_ACCESS_REFUSED,
    REMOTE_TOKEN_LIMITED,
    REMOTE_TOKEN_REFUSED,
    SERIAL_UNKNOWN,
    as_markdown_text,
    async_open_issues,
)
from .session import async_get_session
from .vapix import AuthError, ForbiddenError, VapixClient, VapixError
from .vapix.serial import parse_serial

type _Input = dict[str, str] | None

#: A shop's cameras are seldom all off; five tries stay within the patience of a dialog.
_CAMERAS_TO_TRY: Final = 5


class AccountRepairFlow(RepairsFlow):
    """A fix flow for one account: a menu of what can be done, one of which is to ignore the issue."""

    needs_cameras = True
    #: Steps to choose from.
    choices: tuple[str, ...] = ("fix", "ignore")

    def __init__(self, entry_id: str, node_id: int | None = None) -> None:
        """Remember the account by its id: it may go while the dialog is open.

        Args:
            entry_id: the account's.
            node_id: of the camera that the issue is about, if it is about one.
        """
        super().__init__()
        self._entry_id = entry_id
        self._node_id = node_id

    async def async_step_init(self, user_input: _Input = None) -> RepairsFlowResult:
        """Show the menu. Called by Home Assistant, with the issue's data rather than a person's answer."""
        entry: NetrexConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="account_gone")
        return self.async_show_menu(
            step_id="init", menu_options=list(self.choices), description_placeholders=self._placeholders(entry)
        )

    def _placeholders(self, entry: NetrexConfigEntry) -> dict[str, str]:
        """Return what the texts of the flow need beside the issue's own placeholders, for markdown."""
        return {"account": as_markdown_text(entry.title)}

    async def async_step_ignore(self, user_input: _Input = None) -> RepairsFlowResult:
        """Ignore the issue, until it is over and comes again."""
        if ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id):
            ir.async_ignore_issue(self.hass, DOMAIN, self.issue_id, ignore=True)
        return self.async_abort(reason="issue_ignored")

    async def async_step_fix(self, user_input: _Input = None) -> RepairsFlowResult:
        """Show the form, and take its answer."""
        return await self._with_account(self._fix, user_input)

    async def _with_account(
        self, step: Callable[[NetrexConfigEntry, _Input], Awaitable[RepairsFlowResult]], user_input: _Input
    ) -> RepairsFlowResult:
        entry: NetrexConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="account_gone")
        if self.needs_cameras and entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="account_not_loaded")
        return await step(entry, user_input)

    @abstractmethod
    async def _fix(self, entry: NetrexConfigEntry, user_input: _Input) -> RepairsFlowResult:
        """Show the form, and take its answer."""


class PermissionMissingFlow(AccountRepairFlow):
    """Leads to the choice of permissions and a new sign-in."""

    needs_cameras = False

    @override
    async def _fix(self, entry: NetrexConfigEntry, user_input: _Input) -> RepairsFlowResult:
        flow = await self.hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
        )
        # The issue is cleared once the account may do what it could not.
        return self.async_abort(reason="continue", next_flow=(FlowType.CONFIG_FLOW, flow["flow_id"]))


class RefusedPermissionFlow(PermissionMissingFlow):
    """The same for a permission that cameras refuse, which may also have been given in Netrex meanwhile."""

    choices = ("fix", "done", "ignore")

    async def async_step_done(self, user_input: _Input = None) -> RepairsFlowResult:
        """Clear the issue, and try again what the cameras refused."""
        return await self._with_account(self._done, user_input)

    async def _done(self, entry: NetrexConfigEntry, _user_input: _Input) -> RepairsFlowResult:
        if entry.state is ConfigEntryState.LOADED:
            # Only commands would be tried again at once: events come after minutes, equipment after an hour.
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return self.async_create_entry(data={})


class CameraRefusedFlow(AccountRepairFlow):
    """Asks cameras that refused the account's token once more."""

    @override
    async def _fix(self, entry: NetrexConfigEntry, user_input: _Input) -> RepairsFlowResult:
        if await entry.runtime_data.refused_cameras.async_try_again():
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="fix",
            data_schema=probatio.Schema({}),
            errors={"base": "still_refused"},
            description_placeholders=self._placeholders(entry),
        )


class RemoteAccessFlow(AccountRepairFlow):
    """Takes an API token for the cameras, tries it on them and keeps it."""

    @override
    async def _fix(self, entry: NetrexConfigEntry, user_input: _Input) -> RepairsFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            token = "".join(user_input[CONF_REMOTE_API_TOKEN].split())
            problem = await self._problem_with(entry, token)
            if problem is None:
                self.hass.config_entries.async_update_entry(
                    entry, options={**entry.options, CONF_REMOTE_API_TOKEN: token}
                )
                self.hass.config_entries.async_schedule_reload(entry.entry_id)
                return self.async_create_entry(data={})
            errors["base"] = problem
        return self.async_show_form(
            step_id="fix",
            data_schema=probatio.Schema(
                {
                    probatio.Required(CONF_REMOTE_API_TOKEN): TextSelector(
                        TextSelectorConfig(type=TextSelectorType.PASSWORD)
                    )
                }
            ),
            errors=errors,
            description_placeholders=self._placeholders(entry),
        )

    @override
    def _placeholders(self, entry: NetrexConfigEntry) -> dict[str, str]:
        return {**super()._placeholders(entry), "help_url": API_TOKEN_HELP}

    async def _problem_with(self, entry: NetrexConfigEntry, token: str) -> str | None:
        """Try the token on the account's cameras until one has taken or refused it; return the error's key."""

        async def give() -> str:
            return token

        pattern = DevicePattern(entry.data[CONF_DEVICE_PATTERN])
        cameras = list(entry.runtime_data.cameras.values())
        for camera in cameras[:_CAMERAS_TO_TRY]:
            client = VapixClient(async_get_session(self.hass), pattern.base_url(camera.serial), give)
            try:
                await client.device_identity()
            except AuthError, ForbiddenError:
                return "token_refused"
            except VapixError:
                continue
            return None
        return "camera_unreachable"


class LimitedTokenFlow(RemoteAccessFlow, RefusedPermissionFlow):
    """Takes another API token for the cameras, as the one there is lacks permissions."""

    needs_cameras = True
    choices = RefusedPermissionFlow.choices


class SerialUnknownFlow(AccountRepairFlow):
    """Asks for the serial number of one camera."""

    @override
    async def _fix(self, entry: NetrexConfigEntry, user_input: _Input) -> RepairsFlowResult:
        account = entry.runtime_data
        node = next((node for node in account.cameras_to_ask_about() if node.node_id == self._node_id), None)
        if node is None:
            return self.async_create_entry(data={})
        errors: dict[str, str] = {}
        if user_input is not None:
            if serial := parse_serial(user_input[FIELD_SERIAL]):
                self.hass.config_entries.async_update_entry(entry, options=with_serial(entry, node.node_id, serial))
                account.async_serials_entered()
                return self.async_create_entry(data={})
            errors[FIELD_SERIAL] = "bad_serial"
        return self.async_show_form(
            step_id="fix",
            data_schema=self.add_suggested_values_to_schema(
                probatio.Schema({probatio.Required(FIELD_SERIAL): TextSelector()}), user_input
            ),
            errors=errors,
            description_placeholders=self._placeholders(entry),
        )

    @override
    def _placeholders(self, entry: NetrexConfigEntry) -> dict[str, str]:
        node = None
        if entry.state is ConfigEntryState.LOADED and self._node_id is not None:
            node = entry.runtime_data.tree.data.nodes.get(self._node_id)
        return {**super()._placeholders(entry), "name": as_markdown_text(node.name if node else str(self._node_id))}


def _why_silent(failure: BaseException | None) -> str:
    """Return the key of the error that says why the cloud tells nothing."""
    match failure.__cause__ if failure else None:
        case BusyError():
            return "cloud_busy"
        case FreshTokenRefusedError():
            return "cloud_refused_fresh_token"
        case ProtocolError():
            return "cloud_unexpected_answer"
        case _:
            return "cloud_unreachable"


class CloudSilentFlow(AccountRepairFlow):
    """Asks the cloud at once, and says what is wrong with its answer."""

    @override
    async def _fix(self, entry: NetrexConfigEntry, user_input: _Input) -> RepairsFlowResult:
        tree = entry.runtime_data.tree
        entry.runtime_data.token.hurry()
        await tree.async_refresh()
        if CLOUD_SILENT not in async_open_issues(self.hass, entry):
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="fix",
            data_schema=probatio.Schema({}),
            errors={"base": _why_silent(tree.last_exception)},
            description_placeholders=self._placeholders(entry),
        )

    @override
    def _placeholders(self, entry: NetrexConfigEntry) -> dict[str, str]:
        # The host is the user's own address, and shown in errors too, which are plain.
        return {**super()._placeholders(entry), "host": Provider(entry.data[CONF_PROVIDER]).host}


_FLOWS: Final[dict[str, type[AccountRepairFlow]]] = {
    PERMISSION_MISSING: PermissionMissingFlow,
    FIGURES_PERMISSION_MISSING: PermissionMissingFlow,
    **dict.fromkeys(PERMISSION_REFUSED.values(), RefusedPermissionFlow),
    API_TOKEN_LIMITED: RefusedPermissionFlow,
    REMOTE_TOKEN_LIMITED: LimitedTokenFlow,
    REMOTE_ACCESS_REFUSED: RemoteAccessFlow,
    REMOTE_TOKEN_REFUSED: RemoteAccessFlow,
    CAMERA_REFUSED: CameraRefusedFlow,
    CLOUD_SILENT: CloudSilentFlow,
    SERIAL_UNKNOWN: SerialUnknownFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that fixes an issue. Called by Home Assistant."""
    known = data or {}
    kind, entry_id, node_id = str(known["kind"]), str(known["entry_id"]), known.get("node_id")
    return _FLOWS[kind](entry_id, None if node_id is None else int(node_id))
