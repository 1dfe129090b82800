"""Find the camera entities in Home Assistant.

Separate from `benchmarks.home`, because some benchmarks measure what importing Home Assistant's `camera` costs.
"""

from homeassistant.components.camera import DATA_COMPONENT, Camera
from homeassistant.core import HomeAssistant


def camera_entity(hass: HomeAssistant, domain: str, ending: str = "") -> Camera:
    """Find the camera entity of an integration, by how its id ends."""
    for entity in hass.data[DATA_COMPONENT].entities:
        if entity.platform.platform_name == domain and entity.entity_id.endswith(ending):
            return entity
    raise LookupError(f"{domain} has no camera {ending}")
