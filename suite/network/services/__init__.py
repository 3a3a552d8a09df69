"""Services: ports by name, names of Pods, ports of init containers and sidecars."""
