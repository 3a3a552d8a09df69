"""What happens to a node: a sandbox is lost, a container's record removed, the kubelet or the runtime restarted."""
