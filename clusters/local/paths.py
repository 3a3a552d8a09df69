"""The folders of the local cluster's own files in the checkout."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MODULES = HERE / "modules"
"""One folder with go.mod and go.sum per component, and per Kubernetes minor."""
