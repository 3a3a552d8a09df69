"""The documents that podproof writes for machines, as types, a module for each; docs/schema has their JSON Schemas."""
