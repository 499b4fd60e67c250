"""The search for the configuration to ship."""
