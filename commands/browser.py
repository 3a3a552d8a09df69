"""A headless Chromium that opens a page from disk, as a reader would, and answers what is on it."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any

import websocket

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "headless_shell")
PATIENCE = 60.0  # seconds for an answer, on a busy machine
OPTIONS = (
    "--headless",
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)


def found() -> str:
    """Return the path of a browser; empty where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


class Tab:
    """A tab of the browser, by Chrome's DevTools protocol."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._number = 0
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a method of the protocol and return its result."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while (answer := json.loads(self._socket.recv())).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(answer["error"]["message"])
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, page: Path) -> float:
        """Open a file; return how many seconds it took until it was loaded and laid out."""
        self.call("Page.enable")
        self.call("Network.enable")
        self.events.clear()
        began = time.monotonic()
        self.call("Page.navigate", url=page.resolve().as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(self._socket.recv()))
        self.says("document.body.getBoundingClientRect().height")
        return time.monotonic() - began

    def says(self, expression: str) -> Any:
        """Return the value of an expression in the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def asked_for(self) -> list[str]:
        """Return every URL that the page asked for."""
        sent = [event for event in self.events if event.get("method") == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def look(self, *, width: int, dark: bool = False, height: int = 900) -> None:
        """Give the window a width and a height, px, and the reader's choice of light or dark."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])

    def hide_bars(self) -> None:
        """Show no scroll bars."""
        self.call("Emulation.setScrollbarsHidden", hidden=True)

    def go(self, name: str) -> None:
        """Show the element of an id at the upper edge, or the page from its beginning where it is empty."""
        found = f"document.getElementById({json.dumps(name)})?.getBoundingClientRect().top ?? 0"
        self.says(f"window.scrollTo(0, window.scrollY + {found} - 12)")

    def picture(self) -> bytes:
        """Return what the window shows, as a PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])


@contextlib.contextmanager
def tab(browser: str, profile: Path) -> Iterator[Tab]:
    """Start a browser with a profile of its own, and end it."""
    command = [browser, *OPTIONS, f"--user-data-dir={profile}", "about:blank"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            address = next(found[0] for line in process.stderr or () if (found := re.findall(r"ws://\S+", line)))
            with contextlib.closing(websocket.create_connection(address, timeout=PATIENCE)) as whole:
                target = Tab(whole).call("Target.createTarget", url="about:blank")["targetId"]
                page = f"{address.partition('/devtools/')[0]}/devtools/page/{target}"
                with contextlib.closing(websocket.create_connection(page, timeout=PATIENCE)) as socket:
                    yield Tab(socket)
                Tab(whole).call("Browser.close")  # killed, it leaves children that still write into its profile
                process.wait(PATIENCE)
        finally:
            process.kill()
