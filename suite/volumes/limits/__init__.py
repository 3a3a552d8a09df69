"""How much a volume takes: memory, size limits, eviction."""
