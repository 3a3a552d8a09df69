"""An image as a volume."""
