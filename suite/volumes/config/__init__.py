"""Configuration as files and as environment: ConfigMap, Secret, downward API, token."""
