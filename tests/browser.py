"""Drives a headless Chromium through the DevTools protocol, over a pipe.

Two pipes and JSON are all it takes: no port is opened, and no driver is needed. What tests ask
is what a person would see: pages, keys, console, requests.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

#: The names under which distributions install it.
NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--no-first-run",
    "--remote-debugging-pipe",
)
# The browser reads commands from descriptor 3 and writes to 4.
_LAUNCH = (
    "import os, sys; read, write = int(sys.argv[1]), int(sys.argv[2]);"
    "os.dup2(read, 3); os.dup2(write, 4); os.close(read); os.close(write);"
    "os.execvp(sys.argv[3], sys.argv[3:])"
)
_PATIENCE = 30.0
_KEYS = {
    "Enter": ("\r", 13),
    "Tab": ("", 9),
    "Escape": ("", 27),
    "ArrowDown": ("", 40),
    "ArrowUp": ("", 38),
    "/": ("/", 191),
}

Message = dict[str, Any]


def find() -> str | None:
    """Return the path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """A running Chromium with an empty profile."""

    def __init__(self, program: str) -> None:
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        commands, self._write = os.pipe()
        self._read, answers = os.pipe()
        # Far from 3 and 4, which the launcher takes over.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD, 50) for end in (commands, answers)]
        arguments = [program, *_FLAGS, f"--user-data-dir={self._profile}", "about:blank"]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, *map(str, ends), *arguments],
            pass_fds=ends,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for end in (commands, answers, *ends):
            os.close(end)
        self._number = 0
        self._buffer = b""
        self.events: list[Message] = []

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self.call("Browser.close")
            self._process.wait(_PATIENCE)
        except (OSError, AssertionError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._read)
        os.close(self._write)
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method: str, session: str | None = None, **params: object) -> Message:
        """Send a command and return its result; events that come meanwhile are kept."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._write, data) :]
        while (answer := self._next()).get("id") != number:
            self.events.append(answer)
        assert "error" not in answer, f"{method}: {answer['error']}"
        result: Message = answer["result"]
        return result

    def wait_for(self, session: str, method: str) -> Message:
        """Return the next event of a kind, also one that came before it was asked for."""
        while True:
            for number, event in enumerate(self.events):
                if event.get("method") == method and event.get("sessionId") == session:
                    return self.events.pop(number)
            self.events.append(self._next())

    def _next(self) -> Message:
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(0.0, end - time.monotonic()))
            assert ready, "the browser does not answer"
            data = os.read(self._read, 1 << 20)
            assert data, "the browser has ended"
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: Message = json.loads(line)
        return message

    @contextmanager
    def page(
        self, *, width: int = 1280, height: int = 900, dark: bool = False, scripts: bool = True
    ) -> Iterator[Page]:
        """Open a page of a size, light or dark, with or without JavaScript."""
        context = self.call("Target.createBrowserContext")["browserContextId"]
        target = self.call("Target.createTarget", url="about:blank", browserContextId=context)
        attached = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log", "Accessibility"):
            self.call(f"{domain}.enable", session)
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", session, **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", session, features=[scheme])
        if not scripts:
            self.call("Emulation.setScriptExecutionDisabled", session, value=True)
        try:
            yield Page(self, session)
        finally:
            self.call("Target.disposeBrowserContext", browserContextId=context)


class Page:
    """A tab, with all that happened in it since it was opened."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser, self._session = browser, session

    def call(self, method: str, **params: object) -> Message:
        """Send a command to the tab."""
        return self._browser.call(method, self._session, **params)

    def open(self, url: str) -> None:
        """Go to an address and wait until the page is loaded."""
        self.forget_loads()
        result = self.call("Page.navigate", url=url)
        assert not result.get("errorText"), f"{url}: {result['errorText']}"
        if "loaderId" in result:
            self.loaded()

    def loaded(self) -> None:
        """Wait for a page to be loaded."""
        self._browser.wait_for(self._session, "Page.loadEventFired")

    def forget_loads(self) -> None:
        """Forget pages that were loaded before."""
        self._browser.events = [
            event
            for event in self._browser.events
            if event.get("method") != "Page.loadEventFired"
            or event.get("sessionId") != self._session
        ]

    def value(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; promises are waited for."""
        result = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def until(self, expression: str) -> Any:
        """Wait until an expression is true, and return its value."""
        end = time.monotonic() + _PATIENCE
        while not (value := self.value(expression)):
            assert time.monotonic() < end, f"never true: {expression}"
            time.sleep(0.02)
        return value

    def type(self, text: str) -> None:
        """Type a text where the focus is."""
        self.call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        """Press a key."""
        text, code = _KEYS[key]
        event: Message = {"key": key, "windowsVirtualKeyCode": code}
        down = {"type": "keyDown" if text else "rawKeyDown", "text": text}
        self.call("Input.dispatchKeyEvent", **down, **event)
        self.call("Input.dispatchKeyEvent", type="keyUp", **event)

    def click(self, selector: str) -> None:
        """Click with the mouse in the middle of the first element that a selector finds."""
        spot = self.value(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            "e.scrollIntoView({block: 'center', inline: 'center'});"
            "const r = e.getBoundingClientRect();"
            "return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        at: Message = {"x": spot[0], "y": spot[1], "button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type="mousePressed", **at)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", **at)

    @property
    def url(self) -> str:
        """The address of the page."""
        address: str = self.value("location.href")
        return address

    def requests(self) -> list[str]:
        """Return every address that was asked for, those refused by the policy as well."""
        return [
            event["params"]["request"]["url"] for event in self._events("Network.requestWillBeSent")
        ]

    def complaints(self) -> list[str]:
        """Return what stands in the console: errors, warnings, failures to load, violations."""
        found = [
            f"{entry['level']}: {entry['text']} {entry.get('url', '')}"
            for event in self._events("Log.entryAdded")
            if (entry := event["params"]["entry"])["level"] in ("error", "warning")
        ]
        for event in self._events("Runtime.exceptionThrown"):
            found.append(str(event["params"]["exceptionDetails"]))
        for event in self._events("Runtime.consoleAPICalled"):
            if event["params"]["type"] in ("error", "warning", "assert"):
                found.append(str(event["params"]["args"]))
        return found

    def _events(self, method: str) -> list[Message]:
        self.value("0")  # An answer comes after the events before it.
        return [
            event
            for event in self._browser.events
            if event.get("method") == method and event.get("sessionId") == self._session
        ]

    def screenshot(self, file: Path, *, whole: bool = True) -> None:
        """Write a picture of the page as PNG."""
        import base64

        picture = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(picture["data"]))
