"""Init containers: one after another, before the apps."""
