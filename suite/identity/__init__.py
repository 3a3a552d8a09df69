"""Who a container is: users, service account, user namespace, the downward API."""
