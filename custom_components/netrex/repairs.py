"""Fix flows: each ends the problem that its issue describes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from homeassistant.components.repairs import FlowType, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntryState
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers import issue_registry as ir
import probatio

from .account.account import NetrexConfigEntry
from .auth.scopes import CAMERA_SCOPES
from .cameras.serials import with_serial
from .cameras.trial import Verdict, try_token
from .cloud import CloudError, DevicePattern, Provider
from .const import API_TOKEN_HELP, CONF_DEVICE_PATTERN, CONF_PROVIDER, CONF_REMOTE_API_TOKEN, DOMAIN
from .errors import cloud_error_key
from .flows.fields import PASSWORD, TEXT
from .flows.serial_form import FIELD_SERIAL
from .issues import Issue, as_markdown_text, async_open_issues, scope_refused
from .vapix.serial import parse_serial

type _Input = dict[str, str] | None

#: A shop's cameras are seldom all off; five tries stay within the patience of a dialog.
_CAMERAS_TO_TRY: Final = 5
_NO_FIELDS: Final = probatio.Schema({})
_TOKEN_SCHEMA: Final = probatio.Schema({probatio.Required(CONF_REMOTE_API_TOKEN): PASSWORD})
_SERIAL_SCHEMA: Final = probatio.Schema({probatio.Required(FIELD_SERIAL): TEXT})


class NetrexRepairFlow(RepairsFlow):
    """A fix flow for one account: a menu of what can be done, one of which is to ignore the issue."""

    def __init__(self, issue: Issue, entry_id: str, node_id: int | None) -> None:
        super().__init__()
        self._fix: Final = _FIXES[issue]
        #: The account may be removed, and the camera leave it, while the dialog is open.
        self._entry_id: Final = entry_id
        self._node_id: Final = node_id

    async def async_step_init(self, user_input: _Input = None) -> RepairsFlowResult:
        """Show the menu. Called by Home Assistant, with the issue's data rather than a person's answer."""
        return self.async_show_menu(
            step_id="init",
            menu_options=list(self._fix.choices),
            description_placeholders=self._placeholders(self._entry()),
        )

    async def async_step_ignore(self, user_input: _Input = None) -> RepairsFlowResult:
        """Ignore the issue, until it is over and comes again."""
        if ir.async_get(self.hass).async_get_issue(DOMAIN, self.issue_id):
            ir.async_ignore_issue(self.hass, DOMAIN, self.issue_id, ignore=True)
            if (entry := self._entry()).state is ConfigEntryState.LOADED:
                # It takes nobody's place now.
                entry.runtime_data.unknown_serials.show()
        return self.async_abort(reason="issue_ignored")

    async def async_step_done(self, user_input: _Input = None) -> RepairsFlowResult:
        """Clear the issue, and try again what the cameras refused."""
        entry = self._entry()
        if entry.state is ConfigEntryState.LOADED:
            # Only commands would be tried again at once: events come after minutes, equipment after an hour.
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return self.async_create_entry(data={})

    async def async_step_fix(self, user_input: _Input = None) -> RepairsFlowResult:
        """Show the form of this issue, and take its answer."""
        entry = self._entry()
        if self._fix.needs_cameras and entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="account_not_loaded")
        return await self._fix.step(self, entry, user_input)

    def _entry(self) -> NetrexConfigEntry:
        if (entry := self.hass.config_entries.async_get_entry(self._entry_id)) is None:
            raise AbortFlow("account_gone")
        return entry

    def _placeholders(self, entry: NetrexConfigEntry) -> dict[str, str]:
        """Return what the texts of the flows need beside the issue's own placeholders, for markdown."""
        loaded = entry.state is ConfigEntryState.LOADED
        node = entry.runtime_data.tree.data.nodes.get(self._node_id or 0) if loaded else None
        return {
            "account": as_markdown_text(entry.title),
            "name": as_markdown_text(node.name if node else str(self._node_id)),
            "help_url": API_TOKEN_HELP,
            # The user's own address, and shown in errors too, which are plain.
            "host": Provider(entry.data[CONF_PROVIDER]).host,
        }

    def _form(
        self, entry: NetrexConfigEntry, schema: probatio.Schema = _NO_FIELDS, *, errors: dict[str, str]
    ) -> RepairsFlowResult:
        return self.async_show_form(
            step_id="fix", data_schema=schema, errors=errors, description_placeholders=self._placeholders(entry)
        )

    async def choose_permissions(self, entry: NetrexConfigEntry, _user_input: _Input) -> RepairsFlowResult:
        """Lead to the choice of permissions and a new sign-in."""
        flow = await self.hass.config_entries.flow.async_init(
            DOMAIN,
            context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id},
            data={"next_step_id": "permissions" if CONF_TOKEN in entry.data else "api_token"},
        )
        # The issue is cleared once the account may do what it could not.
        return self.async_abort(reason="continue", next_flow=(FlowType.CONFIG_FLOW, flow["flow_id"]))

    async def try_cameras(self, entry: NetrexConfigEntry, _user_input: _Input) -> RepairsFlowResult:
        """Try the cameras that refused the account's token once more."""
        if await entry.runtime_data.refused_cameras.async_try_again():
            return self.async_create_entry(data={})
        return self._form(entry, errors={"base": "still_refused"})

    async def try_cloud(self, entry: NetrexConfigEntry, _user_input: _Input) -> RepairsFlowResult:
        """Query the cloud at once, and show what is wrong with its answer."""
        tree = entry.runtime_data.tree
        entry.runtime_data.token.hurry()
        await tree.async_refresh()
        if Issue.CLOUD_NOT_RESPONDING not in async_open_issues(self.hass, entry):
            return self.async_create_entry(data={})
        cause = tree.last_exception.__cause__ if tree.last_exception else None
        key = cloud_error_key(cause) if isinstance(cause, CloudError) else "cloud_unreachable"
        return self._form(entry, errors={"base": key})

    async def enter_token(self, entry: NetrexConfigEntry, user_input: _Input) -> RepairsFlowResult:
        """Ask for an API token for the cameras, try it on them and store it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            token = "".join(user_input[CONF_REMOTE_API_TOKEN].split())
            if (problem := await self._try_token(entry, token)) is None:
                options = {**entry.options, CONF_REMOTE_API_TOKEN: token}
                self.hass.config_entries.async_update_entry(entry, options=options)
                self.hass.config_entries.async_schedule_reload(entry.entry_id)
                return self.async_create_entry(data={})
            errors["base"] = problem
        return self._form(entry, _TOKEN_SCHEMA, errors=errors)

    async def _try_token(self, entry: NetrexConfigEntry, token: str) -> str | None:
        """Try a token on some of the account's cameras; return the key of an error."""
        pattern = DevicePattern(entry.data[CONF_DEVICE_PATTERN])
        serials = [camera.serial for camera in entry.runtime_data.cameras.values()][:_CAMERAS_TO_TRY]
        trial = await try_token(self.hass, token, pattern, serials)
        return {Verdict.REFUSED: "token_refused", Verdict.SILENT: "camera_unreachable"}.get(trial.verdict)

    async def enter_serial(self, entry: NetrexConfigEntry, user_input: _Input) -> RepairsFlowResult:
        """Ask for the serial number of one camera."""
        account = entry.runtime_data
        node = next((node for node in account.unknown_serials.cameras() if node.node_id == self._node_id), None)
        if node is None:
            return self.async_create_entry(data={})
        errors: dict[str, str] = {}
        if user_input is not None:
            if serial := parse_serial(user_input[FIELD_SERIAL]):
                self.hass.config_entries.async_update_entry(entry, options=with_serial(entry, node.node_id, serial))
                account.follow_tree()
                return self.async_create_entry(data={})
            errors[FIELD_SERIAL] = "bad_serial"
        return self._form(entry, self.add_suggested_values_to_schema(_SERIAL_SCHEMA, user_input), errors=errors)


@dataclass(frozen=True, slots=True)
class _Fix:
    """How an issue is fixed.

    Attributes:
        step: shows the form, and takes its answer.
        choices: steps of the menu; `done` where the user may have fixed it in Netrex, which nothing reports.
        needs_cameras: the account has to be loaded.
    """

    step: Callable[[NetrexRepairFlow, NetrexConfigEntry, _Input], Awaitable[RepairsFlowResult]]
    choices: tuple[str, ...] = ("fix", "ignore")
    needs_cameras: bool = True


_CHOOSE_PERMISSIONS: Final = _Fix(NetrexRepairFlow.choose_permissions, needs_cameras=False)
_RESTORE_PERMISSION: Final = _Fix(
    NetrexRepairFlow.choose_permissions, choices=("fix", "done", "ignore"), needs_cameras=False
)
_ENTER_TOKEN: Final = _Fix(NetrexRepairFlow.enter_token)
_FIXES: Final[Mapping[Issue, _Fix]] = {
    Issue.PERMISSION_MISSING: _CHOOSE_PERMISSIONS,
    Issue.METRICS_PERMISSION_MISSING: _CHOOSE_PERMISSIONS,
    **dict.fromkeys(map(scope_refused, CAMERA_SCOPES), _RESTORE_PERMISSION),
    Issue.API_TOKEN_LIMITED: _RESTORE_PERMISSION,
    Issue.REMOTE_TOKEN_LIMITED: _Fix(NetrexRepairFlow.enter_token, choices=("fix", "done", "ignore")),
    Issue.REMOTE_ACCESS_REFUSED: _ENTER_TOKEN,
    Issue.REMOTE_TOKEN_REFUSED: _ENTER_TOKEN,
    Issue.CAMERA_REFUSED: _Fix(NetrexRepairFlow.try_cameras),
    Issue.CLOUD_NOT_RESPONDING: _Fix(NetrexRepairFlow.try_cloud),
    Issue.SERIAL_UNKNOWN: _Fix(NetrexRepairFlow.enter_serial),
}


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that fixes an issue. Called by Home Assistant."""
    known = data or {}
    node_id = known.get("node_id")
    return NetrexRepairFlow(
        Issue(str(known["kind"])), str(known["entry_id"]), None if node_id is None else int(node_id)
    )
