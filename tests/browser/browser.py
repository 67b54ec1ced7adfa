"""A headless Chromium over the DevTools protocol, on a pipe: no driver, no port.

Imported by the tests of the HTML reports. Everything a page does that a report must not
do is collected: requests, dialogs, console messages, exceptions."""

import base64
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import time

PATIENCE = 60  # seconds for one answer, on a machine that does other things too
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
         "--no-first-run", "--no-default-browser-check", "--disable-extensions",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-default-apps", "--hide-scrollbars", "--remote-debugging-pipe")


def program():
    return shutil.which("chromium") or shutil.which("chromium-browser")


class Browser:
    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="httpcheck-browser-")
        their_in, self.to = os.pipe()
        self.back, their_out = os.pipe()
        # The protocol is spoken on 3 and 4; a shell puts them there.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{their_in} 4>&{their_out}', "-", program(), *FLAGS,
             f"--user-data-dir={self.profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=(their_in, their_out), start_new_session=True,
            env={**os.environ, "HOME": self.profile, "XDG_CONFIG_HOME": self.profile})
        os.close(their_in)
        os.close(their_out)
        self.unread = b""
        self.count = 0
        self.session = None
        self.events = []

    def close(self):
        """Ends the browser and all its processes: they are a group of their own."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, how)
                self.process.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass
        shutil.rmtree(self.profile, ignore_errors=True)

    # ---- the protocol: JSON, a NUL behind each message ----

    def _message(self, deadline):
        while b"\0" not in self.unread:
            ready, _, _ = select.select([self.back], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError("the browser does not answer")
            chunk = os.read(self.back, 1 << 20)
            if not chunk:
                raise EOFError("the browser ended")
            self.unread += chunk
        message, _, self.unread = self.unread.partition(b"\0")
        return json.loads(message)

    def call(self, method, **params):
        self.count += 1
        message = {"id": self.count, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self._message(deadline)
            if answer.get("id") == self.count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._happened(answer)

    def _happened(self, event):
        self.events.append(event)
        if event.get("method") == "Page.javascriptDialogOpening":
            # Not awaited: the answer is skipped by whoever waits for one of their own.
            self.count += 1
            os.write(self.to, json.dumps({
                "id": self.count, "method": "Page.handleJavaScriptDialog",
                "params": {"accept": True}, "sessionId": self.session}).encode() + b"\0")

    def seen(self, *methods):
        return [e["params"] for e in self.events if e.get("method") in methods]

    def wait_for(self, method):
        deadline = time.monotonic() + PATIENCE
        while not self.seen(method):
            self._happened(self._message(deadline))

    # ---- a page ----

    def new_page(self):
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target,
                                 flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.events = []

    def _load(self, url):
        self.events = []
        self.call("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired")

    def open(self, url):
        """Loads it; returns the seconds until it was loaded and laid out."""
        self._load("about:blank")  # a fragment alone would load nothing
        began = time.monotonic()
        self._load(url)
        self.run("document.body.offsetHeight")
        return time.monotonic() - began

    def run(self, expression):
        """The value of a JavaScript expression; a promise is awaited."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True, userGesture=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def until(self, expression):
        """Waits until it is true; false if that does not come."""
        deadline = time.monotonic() + PATIENCE
        while not self.run(expression):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def media(self, scheme="light", medium="screen"):
        self.call("Emulation.setEmulatedMedia", media=medium,
                  features=[{"name": "prefers-color-scheme", "value": scheme},
                            {"name": "prefers-reduced-motion", "value": "reduce"}])

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def click(self, selector):
        """With the mouse, in the middle of what is there."""
        x, y = self.run(f"""(() => {{
            const e = document.querySelector({json.dumps(selector)});
            e.scrollIntoView({{ block: 'center', behavior: 'instant' }});
            const box = e.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }})()""")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left",
                      clickCount=1)

    KEYS = {"Enter": (13, "\r"), " ": (32, " "), "Tab": (9, None), "Escape": (27, None),
            "ArrowDown": (40, None), "ArrowUp": (38, None)}

    def press(self, *keys):
        for key in keys:
            code, text = self.KEYS[key]
            down = {"type": "keyDown", "key": key, "code": "Space" if key == " " else key,
                    "windowsVirtualKeyCode": code}
            if text:
                down["text"] = text
            self.call("Input.dispatchKeyEvent", **down)
            self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def type(self, text):
        self.call("Input.insertText", text=text)

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        with open(path, "wb") as f:
            f.write(base64.b64decode(data))

    def pdf(self):
        """As paper sees it, so without what media() says."""
        self.call("Emulation.setEmulatedMedia", media="", features=[])
        return base64.b64decode(self.call("Page.printToPDF", preferCSSPageSize=True)["data"])

    def faults(self):
        """What a page does that a report must not do."""
        found = [f"dialog: {d['message']}" for d in self.seen("Page.javascriptDialogOpening")]
        found += [f"exception: {e['exceptionDetails']['text']}"
                  for e in self.seen("Runtime.exceptionThrown")]
        found += [f"console: {c['args']}" for c in self.seen("Runtime.consoleAPICalled")]
        found += [f"log: {e['entry']['text']}" for e in self.seen("Log.entryAdded")]
        return found

    def requests(self):
        return [r["request"]["url"] for r in self.seen("Network.requestWillBeSent")]
