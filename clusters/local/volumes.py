"""The static PersistentVolumes of a cluster that stays: offered again once released, or they would run out."""

import shutil
from pathlib import Path

import yaml

from clusters.local import certificates
from clusters.local.client import Client

VOLUMES = "/api/v1/persistentvolumes"


def renew(folder: Path) -> None:
    """Empty every released volume of the cluster with that state folder, and offer it again.

    A user's data is safe: only a deleted claim releases its volume.
    """
    kubeconfig = yaml.safe_load((folder / "kubeconfig").read_text())
    administrator = certificates.in_folder(folder / "certificates", "administrator")
    client = Client(kubeconfig["clusters"][0]["cluster"]["server"], administrator, lambda: None)
    for volume in client.list(VOLUMES):
        place = Path(volume["spec"].get("hostPath", {}).get("path", "/"))
        if volume["status"].get("phase") != "Released" or not place.is_relative_to(folder / "volumes"):
            continue
        for item in place.iterdir():
            shutil.rmtree(item) if item.is_dir() and not item.is_symlink() else item.unlink()
        client.merge(f"{VOLUMES}/{volume['metadata']['name']}", {"spec": {"claimRef": None}})
