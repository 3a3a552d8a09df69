"""Paths in the checkout."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORDS = ROOT / "tests" / "records"
"""Kept records, in a folder for each runtime."""
