"""The processes of the platform as children that end with their parent: web, events, worker."""

from __future__ import annotations

import errno
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from enforcement.config import PROJECT
from enforcement.errors import DomainError

WORKERS, THREADS = 2, 8
GRACE_S = 8


class WebServerError(DomainError):
    """The web server cannot start or does not answer; the message says what to do."""


def free_port(host: str) -> int:
    """Return a TCP port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def next_port(host: str, port: int) -> int:
    """Return the port after another one, or any free one where that is taken."""
    try:
        require_port(host, port + 1)
    except (WebServerError, OverflowError):
        return free_port(host)
    return port + 1


def require_port(host: str, port: int) -> None:
    """Raise WebServerError where the port is taken, or not ours to take."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            taken = error.errno == errno.EADDRINUSE
            why = "已被占用 / is taken" if taken else f"不可用 / cannot be used ({error.strerror})"
            raise WebServerError(
                f"端口 / port {host}:{port} {why}：请用 --port 另选 / choose another with --port"
            ) from error


Children = dict[str, subprocess.Popen[bytes]]


@contextmanager
def serving(
    host: str, port: int, events_port: int, jt808_port: int | None = None
) -> Iterator[Children]:
    """Keep web, events and worker up; at the end requests get `GRACE_S` seconds to finish.

    jt808_port -- also the process of terminals, on this port
    """
    commands = {
        "web": _web(host, port),
        "events": own("events", "--host", host, "--port", str(events_port)),
        "worker": own("worker"),
    }
    if jt808_port:
        commands["jt808"] = own("jt808", "--host", host, "--port", str(jt808_port))
    with _running(commands, {"ENFORCEMENT_EVENTS_PORT": str(events_port)}) as children:
        yield children


@contextmanager
def serving_pages(host: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Keep the web process up alone."""
    with _running({"web": _web(host, port)}, {}) as children:
        yield children["web"]


@contextmanager
def _running(commands: Mapping[str, list[str]], settings: dict[str, str]) -> Iterator[Children]:
    children: Children = {}
    env = os.environ | settings
    try:
        for name, command in commands.items():
            children[name] = subprocess.Popen(command, start_new_session=True, env=env)  # noqa: S603
        yield children
    finally:
        for child in children.values():
            child.terminate()
        for child in children.values():
            _reap(child)


def _reap(child: subprocess.Popen[bytes]) -> None:
    try:
        child.wait(GRACE_S + 4)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def wait_for_end(children: Mapping[str, subprocess.Popen[bytes]]) -> tuple[str, int]:
    """Return the name and exit code of the first child that ends."""
    while True:
        for name, child in children.items():
            code = child.poll()
            if code is not None:
                return name, code
        time.sleep(0.5)


def wait_until_well(process: subprocess.Popen[bytes], host: str, port: int, *, wait_s: int) -> None:
    """Return when /healthz answers 200; raises WebServerError when it ends or time is up."""
    until, last = time.monotonic() + wait_s, "没有回答 / no answer"
    while time.monotonic() < until:
        if process.poll() is not None:
            raise WebServerError(
                f"网页进程停了（代码 {process.returncode}），见上面的提示 / the web process ended"
                " with that code, see its words above"
            )
        try:
            status = _status(host, port)
        except OSError:
            time.sleep(0.1)
            continue
        if status == http.HTTPStatus.OK:
            return
        last = f"/healthz: {status}"
        time.sleep(0.5)
    raise WebServerError(f"{wait_s} 秒内没有就绪 / not well within that many seconds: {last}")


def _status(host: str, port: int) -> int:
    local = "127.0.0.1" if host in ("", "0.0.0.0") else host  # noqa: S104 -- compared, not bound
    connection = http.client.HTTPConnection(local, port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()


def _web(host: str, port: int) -> list[str]:
    """Return the command line of gunicorn; the program is loaded once and its workers share it."""
    return [
        *_tied(),
        *(sys.executable, "-m", "gunicorn", "--chdir", str(PROJECT), "--bind", f"{host}:{port}"),
        *("--worker-class", "gthread", "--workers", str(WORKERS), "--threads", str(THREADS)),
        *("--timeout", "60", "--graceful-timeout", str(GRACE_S), "--log-level", "warning"),
        *("--preload", "--no-control-socket", "enforcement.warming:web()"),
    ]


def own(*args: str) -> list[str]:
    """Return the command line of one of the platform's own commands."""
    start = f"import sys; sys.path.insert(0, {str(PROJECT)!r}); "
    code = start + "from enforcement.cli import main; main()"
    return [*_tied(), sys.executable, "-c", code, *args]


def _tied() -> list[str]:
    """Return what ends a child even when its parent is killed outright."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []
