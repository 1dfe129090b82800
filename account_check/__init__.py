"""What an account shows of the service, without Home Assistant: `scripts/check-account`."""
