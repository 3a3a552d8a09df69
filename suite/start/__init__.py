"""The order in which apps start, which nothing promises."""
