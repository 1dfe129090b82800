"""What Home Assistant's frontend gets of the integration: modules for the browser, and answers to them."""
