"""What is a container's own in a Pod: its variables, its limits, and what happens where it exceeds or changes them."""
