"""The form in which it is chosen how long events are kept."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode
import probatio

from ..const import CONF_EVENT_DAYS, CONF_EVENT_PICTURES, CONF_EVENT_SPACE
from ..episodes.settings import MAX_DAYS, MAX_SPACE, MIN_SPACE, EpisodeSettings
from .fields import SWITCH

_BOX: Final = NumberSelectorMode.BOX

EVENT_SCHEMA: Final = probatio.Schema(
    {
        probatio.Required(CONF_EVENT_DAYS): NumberSelector(
            NumberSelectorConfig(min=1, max=MAX_DAYS, step=1, mode=_BOX)
        ),
        probatio.Required(CONF_EVENT_PICTURES): SWITCH,
        probatio.Required(CONF_EVENT_SPACE): NumberSelector(
            NumberSelectorConfig(min=MIN_SPACE, max=MAX_SPACE, step=1, mode=_BOX, unit_of_measurement="MB")
        ),
    }
)


def suggested_settings(settings: EpisodeSettings) -> dict[str, Any]:
    """Return what the form shows."""
    return {
        CONF_EVENT_DAYS: settings.days,
        CONF_EVENT_PICTURES: settings.pictures,
        CONF_EVENT_SPACE: settings.space,
    }


def with_event_settings(options: Mapping[str, Any], user_input: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the options with what was chosen in the form; unchanged if nothing was."""
    chosen = EpisodeSettings.of({**options, **user_input})
    return options if chosen == EpisodeSettings.of(options) else {**options, **suggested_settings(chosen)}
