"""``python -m podproof COMMAND``."""

from . import main

main()
