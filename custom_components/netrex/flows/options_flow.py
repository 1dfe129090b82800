"""What can be set for an account after it was added."""

from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectSelectorMode,
)
import probatio

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..account.devices import async_has_license_plates
from ..cameras.outputs import OutputChoice
from ..cameras.serials import entered_serials, with_serial
from ..cloud import NodeType
from ..const import (
    API_TOKEN_HELP,
    CONF_LICENSE_PLATES,
    CONF_ONLY_RECORDED_DAYS,
    CONF_RECORDING_DAYS,
    CONF_RECORDING_HEIGHT,
    CONF_REMOTE_API_TOKEN,
)
from ..episodes.settings import EpisodeSettings
from ..events.license_plates import PlateHandling
from ..issues import as_markdown_text
from ..metrics.metric import MAX_METRICS, MetricChoice
from ..recordings.recordings import HEIGHTS, MAX_DAYS, RecordingSettings
from ..vapix.serial import parse_serial
from .event_form import EVENT_SCHEMA, suggested_settings, with_event_settings
from .fields import PASSWORD, SWITCH, select_text
from .metrics_form import metrics_schema, problem_with, read_metrics_form, suggested, with_hidden
from .output_form import (
    CONF_OUTPUT,
    names_of_outputs,
    output_schema,
    outputs_schema,
    read_output_form,
    read_outputs_form,
    suggested_use,
)
from .serial_form import FIELD_CAMERA, FIELD_SERIAL, camera_serial_schema

_REMOVE_SERIAL: Final = "remove_serial"
_REMOVE_TOKEN: Final = "remove_token"  # noqa: S105 - the name of a field
_TOKEN_FIELD: Final = {probatio.Optional(CONF_REMOTE_API_TOKEN): PASSWORD}


class NetrexOptionsFlow(OptionsFlowWithReload):
    """How recordings are shown and events kept, figures, outputs, serial numbers, a token for remote access, plates.

    A form that is submitted as it was shown changes nothing, and the account is not reloaded.
    """

    config_entry: NetrexConfigEntry
    #: The output that it is about, by the node id of its camera and its number.
    _output = (0, 0)
    _output_name = ""

    @property
    def _account(self) -> NetrexAccount:
        if self.config_entry.state is not ConfigEntryState.LOADED:
            raise AbortFlow("account_not_loaded")
        return self.config_entry.runtime_data

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer what can be set. Called by Home Assistant."""
        steps = ["recordings", "events", "metrics", "outputs", "camera_serial", "remote_access"]
        if async_has_license_plates(self.hass, self.config_entry):
            steps.append("license_plates")
        return self.async_show_menu(step_id="init", menu_options=steps)

    async def async_step_recordings(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how good recordings shall be, and how far back they go."""
        options = self.config_entry.options
        if user_input is not None:
            chosen = {**options, **user_input, CONF_RECORDING_DAYS: int(user_input[CONF_RECORDING_DAYS])}
            unchanged = RecordingSettings.of(chosen) == RecordingSettings.of(options)
            return self.async_create_entry(data=options if unchanged else chosen)
        settings = RecordingSettings.of(options)
        schema = probatio.Schema(
            {
                probatio.Required(CONF_RECORDING_HEIGHT): select_text(
                    map(str, HEIGHTS), "recording_height", mode=SelectSelectorMode.DROPDOWN
                ),
                probatio.Required(CONF_RECORDING_DAYS): NumberSelector(
                    NumberSelectorConfig(min=1, max=MAX_DAYS, step=1, mode=NumberSelectorMode.BOX)
                ),
                probatio.Required(CONF_ONLY_RECORDED_DAYS): SWITCH,
            }
        )
        suggested = {
            CONF_RECORDING_HEIGHT: str(settings.height),
            CONF_RECORDING_DAYS: settings.days,
            CONF_ONLY_RECORDED_DAYS: settings.only_recorded_days,
        }
        return self.async_show_form(
            step_id="recordings", data_schema=self.add_suggested_values_to_schema(schema, suggested)
        )

    async def async_step_events(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how long events are kept, and whether with pictures."""
        options = self.config_entry.options
        if user_input is not None:
            return self.async_create_entry(data=with_event_settings(options, user_input))
        suggested_values = suggested_settings(EpisodeSettings.of(options))
        return self.async_show_form(
            step_id="events", data_schema=self.add_suggested_values_to_schema(EVENT_SCHEMA, suggested_values)
        )

    async def async_step_metrics(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which people counts and sales figures are wanted, and of which cameras and places."""
        tree, options = self._account.tree.data, self.config_entry.options
        stored = MetricChoice.of(options)
        errors: dict[str, str] = {}
        if user_input is None:
            user_input = suggested(stored, tree)
        else:
            choice = read_metrics_form(user_input)
            if choice.is_same_as(read_metrics_form(suggested(stored, tree))):
                return self.async_create_entry(data=options)
            problem = problem_with(choice, tree)
            if problem is None:
                return self.async_create_entry(data={**options, **with_hidden(choice, stored, tree).as_options()})
            errors["base"] = problem
        return self.async_show_form(
            step_id="metrics",
            data_schema=self.add_suggested_values_to_schema(metrics_schema(tree), user_input),
            errors=errors,
            description_placeholders={"most": str(MAX_METRICS)},
        )

    async def async_step_outputs(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which output it is about."""
        names = names_of_outputs(self._account.cameras.values())
        if not names:
            return self.async_abort(reason="no_outputs")
        if user_input is not None and (name := names.get(user_input[CONF_OUTPUT])):
            self._output, self._output_name = read_outputs_form(user_input), name
            return await self.async_step_output()
        return self.async_show_form(step_id="outputs", data_schema=outputs_schema(names))

    async def async_step_output(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what is wired to the output, and for how long it shall be on."""
        camera = self._account.cameras.get(self._output[0])
        errors: dict[str, str] = {}
        stored = OutputChoice.of(self.config_entry, *self._output)
        if user_input is None:
            user_input = suggested_use(stored)
        else:
            choice, errors = read_output_form(user_input)
            if not errors:
                options = self.config_entry.options
                return self.async_create_entry(
                    data=options if choice == stored else choice.kept_in(self.config_entry, *self._output)
                )
        return self.async_show_form(
            step_id="output",
            data_schema=self.add_suggested_values_to_schema(output_schema(camera, stored), user_input),
            errors=errors,
            description_placeholders={"output": as_markdown_text(self._output_name)},
        )

    async def async_step_camera_serial(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the serial number of one camera; an empty one keeps what was entered before."""
        cameras = tuple(self._account.tree.data.of_type(NodeType.CAMERA))
        if not cameras:
            return self.async_abort(reason="no_cameras")
        errors: dict[str, str] = {}
        if user_input is not None:
            text = user_input.get(FIELD_SERIAL, "").strip()
            serial = parse_serial(text) if text else ""
            if serial or (not text and user_input.get(_REMOVE_SERIAL)):
                data = with_serial(self.config_entry, int(user_input[FIELD_CAMERA]), serial or "")
                return self.async_create_entry(data=data)
            if not text:
                return self.async_create_entry(data=self.config_entry.options)
            errors[FIELD_SERIAL] = "bad_serial"
        names = {node.node_id: node.name for node in cameras}
        entered = "".join(
            f"\n- {as_markdown_text(names[node_id])}: {serial}"
            for node_id, serial in entered_serials(self.config_entry).items()
            if node_id in names
        )
        schema = camera_serial_schema(cameras)
        if entered:
            schema = schema.extend({probatio.Optional(_REMOVE_SERIAL, default=False): SWITCH})
        return self.async_show_form(
            step_id="camera_serial",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders={"entered": entered or "-"},
        )

    async def async_step_license_plates(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask whether license plates are shown and recorded."""
        options = self.config_entry.options
        handling = PlateHandling.of(options)
        if user_input is not None:
            unchanged = user_input[CONF_LICENSE_PLATES] == handling
            return self.async_create_entry(data=options if unchanged else {**options, **user_input})
        field = select_text([each.value for each in PlateHandling], "license_plates")
        return self.async_show_form(
            step_id="license_plates",
            data_schema=self.add_suggested_values_to_schema(
                probatio.Schema({probatio.Required(CONF_LICENSE_PLATES): field}), {CONF_LICENSE_PLATES: handling.value}
            ),
        )

    async def async_step_remote_access(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for an API token for the cameras alone, unless there is one."""
        if user_input is not None:
            return self._with_remote_token(user_input.get(CONF_REMOTE_API_TOKEN, ""))
        if CONF_REMOTE_API_TOKEN in self.config_entry.options:
            return await self.async_step_remote_access_stored()
        return self.async_show_form(
            step_id="remote_access",
            data_schema=probatio.Schema(_TOKEN_FIELD),
            description_placeholders={"help_url": API_TOKEN_HELP},
        )

    async def async_step_remote_access_stored(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say that a token is stored, which is not shown; ask for another one, or whether to remove it."""
        if user_input is not None:
            return self._with_remote_token(
                user_input.get(CONF_REMOTE_API_TOKEN, ""), remove=user_input.get(_REMOVE_TOKEN, False)
            )
        return self.async_show_form(
            step_id="remote_access_stored",
            data_schema=probatio.Schema({**_TOKEN_FIELD, probatio.Optional(_REMOVE_TOKEN, default=False): SWITCH}),
            description_placeholders={"help_url": API_TOKEN_HELP},
        )

    def _with_remote_token(self, entered: str, *, remove: bool = False) -> ConfigFlowResult:
        """Store a token for the cameras, or remove the one there is; nothing entered keeps it."""
        options = dict(self.config_entry.options)
        if token := "".join(entered.split()):
            options[CONF_REMOTE_API_TOKEN] = token
        elif remove:
            options.pop(CONF_REMOTE_API_TOKEN, None)
        return self.async_create_entry(data=options)
