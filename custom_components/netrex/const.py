"""Names that several files share: the domain and the keys of a config entry."""

from typing import Final

DOMAIN: Final = "netrex"

#: Keys of the entry's data. Home Assistant's OAuth2 helpers add `auth_implementation` and `token`.
CONF_PROVIDER: Final = "provider"
CONF_DEVICE_PATTERN: Final = "device_pattern"
CONF_SCOPES: Final = "scopes"
CONF_API_TOKEN: Final = "api_token"
#: What the ids of devices and entities begin with; stays when the account moves to another host.
CONF_ACCOUNT_KEY: Final = "account_key"

#: A key of the entry's `token`, for which Home Assistant has no constant.
REFRESH_TOKEN: Final = "refresh_token"

#: Beside it: what the exchange of the code showed of the provider (`transport/facts.py`).
OBSERVED: Final = "observed"

#: Keys of the entry's options.
CONF_SERIALS: Final = "serials"
CONF_REMOTE_API_TOKEN: Final = "remote_api_token"
CONF_OUTPUTS: Final = "outputs"
CONF_RECORDING_HEIGHT: Final = "recording_height"
CONF_RECORDING_DAYS: Final = "recording_days"
CONF_ONLY_RECORDED_DAYS: Final = "only_recorded_days"
CONF_LICENSE_PLATES: Final = "license_plates"
CONF_METRIC_NODES: Final = "metric_nodes"
CONF_METRIC_KINDS: Final = "metric_kinds"
CONF_EVENT_DAYS: Final = "event_days"
CONF_EVENT_SPACE: Final = "event_space"
CONF_EVENT_PICTURES: Final = "event_pictures"

#: Where the vendor says how a token is made, and where we say how an application is.
API_TOKEN_HELP: Final = "https://survilla.atlassian.net/wiki/spaces/KCA/pages/218300467"
OAUTH_APPLICATION_HELP: Final = "https://github.com/netrex-home-assistant/netrex/blob/main/docs/get-started.md"
