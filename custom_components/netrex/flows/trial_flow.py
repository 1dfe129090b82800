"""The last steps of adding an account: whether its cameras let Home Assistant in, while the person is still there."""

from dataclasses import dataclass, field
from typing import Any, Final

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
import probatio

from ..auth.scopes import allows_live_view
from ..cameras.serials import serial_of
from ..cameras.trial import Trial, Verdict, try_token
from ..cloud import DevicePattern, NodeType, Tree
from ..const import API_TOKEN_HELP, CONF_REMOTE_API_TOKEN, CONF_SCOPES, CONF_SERIALS
from ..issues import as_markdown_text
from ..vapix.serial import parse_serial
from .fields import PASSWORD
from .serial_form import FIELD_CAMERA, FIELD_SERIAL, camera_serial_schema

#: Cameras that are tried: one may be off, and all accept the same token.
_CAMERAS_TO_TRY: Final = 3
_TOKEN_SCHEMA: Final = probatio.Schema({probatio.Optional(CONF_REMOTE_API_TOKEN): PASSWORD})


@dataclass(slots=True)
class NewAccount:
    """An account that is about to be added.

    Attributes:
        data: of its entry.
        token: what its cameras are tried with.
        serials: what the person entered, by node id.
    """

    tree: Tree
    data: dict[str, Any]
    pattern: DevicePattern
    token: str
    serials: dict[int, str] = field(default_factory=dict)
    remote_token: str = ""

    @property
    def known_serials(self) -> list[str]:
        """Serial numbers of cameras, those first that the person entered."""
        found = (serial_of(node, self.tree, {}) for node in self.tree.of_type(NodeType.CAMERA))
        return [*self.serials.values(), *filter(None, found)]

    @property
    def camera_count(self) -> int:
        """How many cameras it has."""
        return len(list(self.tree.of_type(NodeType.CAMERA)))

    @property
    def options(self) -> dict[str, Any]:
        """Options of its entry."""
        options: dict[str, Any] = {}
        if self.serials:
            options[CONF_SERIALS] = {str(node_id): serial for node_id, serial in self.serials.items()}
        if self.remote_token:
            options[CONF_REMOTE_API_TOKEN] = self.remote_token
        return options


class TrialFlow(ConfigFlow):
    """The part of the config flow that tries cameras and adds the account."""

    _new: NewAccount

    async def _try_and_add(self, account: NewAccount) -> ConfigFlowResult:
        """Try some cameras; ask for what is missing, and add the account in any case."""
        self._new = account
        if not account.camera_count:
            return self._add("no_cameras")
        if CONF_SCOPES in account.data and not allows_live_view(account.data[CONF_SCOPES]):
            return self._add("no_live_view")
        if not account.known_serials:
            return await self.async_step_first_serial()
        return await self._try_known()

    def _add(self, ending: str, **placeholders: str) -> ConfigFlowResult:
        """Add the account; the last page says how its cameras answered."""
        return self.async_create_entry(
            title=self._new.tree.top.name,
            data=self._new.data,
            options=self._new.options,
            description=ending,
            description_placeholders={"count": str(self._new.camera_count), **placeholders},
        )

    async def _try_known(self) -> ConfigFlowResult:
        trial = await self._try(self._new.token)
        if trial.verdict is Verdict.REFUSED:
            return await self.async_step_camera_token()
        return self._add_after(trial)

    def _add_after(self, trial: Trial) -> ConfigFlowResult:
        if trial.identity is None:
            return self._add("cameras_silent")
        return self._add("cameras_answer", model=as_markdown_text(trial.identity.product_name or "Axis"))

    async def _try(self, token: str) -> Trial:
        return await try_token(self.hass, token, self._new.pattern, self._new.known_serials[:_CAMERAS_TO_TRY])

    async def async_step_camera_token(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for an API token, as cameras refuse what there is; without one, a repair asks again."""
        errors: dict[str, str] = {}
        if user_input is not None:
            token = "".join(user_input.get(CONF_REMOTE_API_TOKEN, "").split())
            if not token:
                return self._add("cameras_refuse")
            trial = await self._try(token)
            if trial.verdict is not Verdict.REFUSED:
                self._new.remote_token = token
                return self._add_after(trial)
            errors[CONF_REMOTE_API_TOKEN] = "token_refused_by_cameras"
        return self.async_show_form(
            step_id="camera_token",
            data_schema=_TOKEN_SCHEMA,
            errors=errors,
            description_placeholders={"help_url": API_TOKEN_HELP},
        )

    async def async_step_first_serial(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the serial number of a camera, as Netrex has none; without one, repairs ask again."""
        errors: dict[str, str] = {}
        if user_input is not None:
            text = user_input.get(FIELD_SERIAL, "").strip()
            if not text:
                return self._add("no_serials")
            if serial := parse_serial(text):
                self._new.serials = {int(user_input[FIELD_CAMERA]): serial}
                return await self._try_known()
            errors[FIELD_SERIAL] = "bad_serial"
        schema = camera_serial_schema(self._new.tree.of_type(NodeType.CAMERA))
        return self.async_show_form(
            step_id="first_serial",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
        )
