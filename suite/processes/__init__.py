"""Process namespaces: private, shared, the node's; ephemeral containers that join one."""
