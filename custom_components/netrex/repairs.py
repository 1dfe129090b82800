"""Fix flows: each ends the problem that its issue tells of."""

from typing import Final, override

from homeassistant.components.repairs import FlowType, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig, TextSelectorType
import probatio

from .account import NetrexConfigEntry
from .camera_serial_form import camera_serial_schema, read_camera_serial
from .cloud import BusyError, DevicePattern, FreshTokenRefusedError, ProtocolError
from .const import API_TOKEN_HELP, CONF_DEVICE_PATTERN, CONF_REMOTE_API_TOKEN, DOMAIN
from .issues import (
    API_TOKEN_LIMITED,
    CLOUD_SILENT,
    FIGURES_RIGHT_MISSING,
    REMOTE_ACCESS_REFUSED,
    REMOTE_TOKEN_LIMITED,
    RIGHT_MISSING,
    RIGHT_REFUSED,
    SERIAL_UNKNOWN,
    async_open_issues,
    some_names,
)
from .markdown import as_markdown_text
from .serials import with_serial
from .session import async_get_session
from .vapix import AuthError, RightsError, VapixClient, VapixError

type _Input = dict[str, str] | None

#: A shop's cameras are seldom all off; five tries stay within the patience of a dialog.
_CAMERAS_TO_TRY: Final = 5


class AccountRepairFlow(RepairsFlow):
    """A fix flow for one account."""

    needs_cameras = True

    def __init__(self, entry_id: str) -> None:
        """Remember the account by its id: it may go while the dialog is open."""
        super().__init__()
        self._entry_id = entry_id

    async def async_step_init(self, user_input: _Input = None) -> RepairsFlowResult:
        """Begin. Called by Home Assistant, with the issue's data rather than a person's answer."""
        return await self.async_step_fix()

    async def async_step_fix(self, user_input: _Input = None) -> RepairsFlowResult:
        """Show the form, and take its answer."""
        entry: NetrexConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="account_gone")
        if self.needs_cameras and entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="account_not_loaded")
        return await self._fix(entry, user_input)

    async def _fix(self, entry: NetrexConfigEntry, user_input: _Input) -> RepairsFlowResult:
        raise NotImplementedError


class RightMissingFlow(AccountRepairFlow):
    """Leads to the choice of rights and a new sign-in."""

    needs_cameras = False

    @override
    async def _fix(self, entry: NetrexConfigEntry, user_input: _Input) -> RepairsFlowResult:
        if user_input is None:
            return self.async_show_form(
                step_id="fix",
                data_schema=probatio.Schema({}),
                description_placeholders={"account": as_markdown_text(entry.title)},
            )
        flow = await self.hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
        )
        # The issue goes by itself once the tree can be read again.
        return self.async_abort(reason="continue", next_flow=(FlowType.CONFIG_FLOW, flow["flow_id"]))


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
            description_placeholders={"account": as_markdown_text(entry.title), "help_url": API_TOKEN_HELP},
        )

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
            except AuthError, RightsError:
                return "token_refused"
            except VapixError:
                continue
            return None
        return "camera_unreachable"


class SerialUnknownFlow(AccountRepairFlow):
    """Asks for serial numbers, camera by camera, until all are known."""

    @override
    async def _fix(self, entry: NetrexConfigEntry, user_input: _Input) -> RepairsFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            node_id, serial = read_camera_serial(user_input)
            if serial:
                self.hass.config_entries.async_update_entry(entry, options=with_serial(entry, node_id, serial))
                entry.runtime_data.async_serials_entered()
                user_input = None
            else:
                errors["serial"] = "bad_serial"
        cameras = entry.runtime_data.cameras_to_ask_about()
        if not cameras:
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="fix",
            data_schema=self.add_suggested_values_to_schema(camera_serial_schema(cameras), user_input),
            errors=errors,
            description_placeholders={"cameras": some_names(node.name for node in cameras)},
        )


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
        errors: dict[str, str] = {}
        tree = entry.runtime_data.tree
        if user_input is not None:
            entry.runtime_data.token.hurry()
            await tree.async_refresh()
            if CLOUD_SILENT not in async_open_issues(self.hass, entry):
                return self.async_create_entry(data={})
            errors["base"] = _why_silent(tree.last_exception)
        return self.async_show_form(
            step_id="fix",
            data_schema=probatio.Schema({}),
            errors=errors,
            description_placeholders={
                "account": as_markdown_text(entry.title),
                # Shown in errors too, which are plain; it is the address that the user entered.
                "host": entry.runtime_data.provider.host,
            },
        )


_FLOWS: dict[str, type[AccountRepairFlow]] = {
    RIGHT_MISSING: RightMissingFlow,
    FIGURES_RIGHT_MISSING: RightMissingFlow,
    **dict.fromkeys(RIGHT_REFUSED.values(), RightMissingFlow),
    API_TOKEN_LIMITED: RightMissingFlow,
    REMOTE_TOKEN_LIMITED: RemoteAccessFlow,
    REMOTE_ACCESS_REFUSED: RemoteAccessFlow,
    CLOUD_SILENT: CloudSilentFlow,
    SERIAL_UNKNOWN: SerialUnknownFlow,
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that fixes an issue. Called by Home Assistant."""
    kind, entry_id = str((data or {})["kind"]), str((data or {})["entry_id"])
    return _FLOWS[kind](entry_id)
