"""What a file in a volume is between containers: locks, pipes, mappings, inotify."""
