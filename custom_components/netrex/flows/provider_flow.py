"""The first steps of adding an account: where it lives, and where its cameras are."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.const import CONF_HOST

from ..cloud import DevicePattern, Provider, ProviderError
from ..cloud.probe import Finding, look_at
from ..cloud.provider import KNOWN_HOSTS
from ..const import CONF_DEVICE_PATTERN
from ..session import async_get_session
from .setup_forms import HOST_SCHEMA, SECTION_REMOTE_ACCESS, SetUpChoice, chosen_provider, provider_schema

#: What is wrong with an address.
_FINDING_KEYS: Final[Mapping[Finding, str]] = {
    Finding.NAME_UNKNOWN: "host_unknown",
    Finding.NOT_SECURE: "host_not_secure",
    Finding.NO_ANSWER: "host_silent",
}


class ProviderFlow(ConfigFlow):
    """The part of the config flow that asks for the provider; `async_step_auth_method` goes on."""

    _choice: SetUpChoice

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the provider and, out of sight, the address pattern of remote camera access."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                pattern = DevicePattern.parse(user_input[SECTION_REMOTE_ACCESS][CONF_DEVICE_PATTERN])
            except ProviderError as err:
                errors["base"] = "no_serial_slot" if err.reason == "no_serial_slot" else "bad_device_pattern"
            else:
                self._choice = replace(self._choice, device_pattern=pattern)
                if (provider := chosen_provider(user_input)) is None:
                    return await self.async_step_host()
                self._choice = replace(self._choice, provider=provider)
                return await self.async_step_auth_method()
        schema = provider_schema(self._choice.provider, self._choice.device_pattern, collapsed=not errors)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders={"default_pattern": DevicePattern().text, "slot": "{serial}"},
            last_step=False,
        )

    async def async_step_host(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the address of another provider, and look what is there."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                provider = Provider.parse(user_input[CONF_HOST])
            except ProviderError as err:
                errors[CONF_HOST] = f"host_{err.reason}"
            else:
                self._choice = replace(self._choice, provider=provider)
                finding = await look_at(async_get_session(self.hass), provider)
                if finding is Finding.MAYBE_NETREX:
                    return await self.async_step_auth_method()
                if finding is Finding.OTHER_SERVER:
                    return await self.async_step_other_server()
                errors[CONF_HOST] = _FINDING_KEYS[finding]
        known = self._choice.provider.host in KNOWN_HOSTS
        return self.async_show_form(
            step_id="host",
            data_schema=self.add_suggested_values_to_schema(
                HOST_SCHEMA,
                user_input or ({} if known else {CONF_HOST: self._choice.provider.origin}),
            ),
            errors=errors,
            description_placeholders={"example": "cameras.example.com"},
            last_step=False,
        )

    async def async_step_other_server(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Say that the address doesn't look like Netrex; nobody knows all of them, so it can be used all the same."""
        return self.async_show_menu(
            step_id="other_server",
            menu_options=["host", "auth_method"],
            description_placeholders={"host": self._choice.provider.host},
        )

    @abstractmethod
    async def async_step_auth_method(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Go on with a provider."""
