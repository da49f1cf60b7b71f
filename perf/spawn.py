#!/usr/bin/env python3
"""How long a worker takes from posix_spawn to its READY, and to the first request it answers.

  perf/spawn.py [-r ROUNDS] [-w ROUNDS]

  -r  rounds that count [9]    -w  rounds before them, which warm the page cache [1]

A proxy with one worker and a backend stand on loopback. In each round the worker is killed by SIGKILL and a request
is sent at once: its connection waits in the listening socket's queue, which outlives the worker, until the next worker
takes it. That one comes in place of the only one, so it does without a warm-up. The master logs how long the
worker took from posix_spawn to READY; the time of that line less these milliseconds is the time of posix_spawn. So
neither the death of the old worker nor the master's pause before another start is in either figure.
"""
import getopt
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
READY = re.compile(r"^(\S+Z) .*worker 0 \(pid (\d+)\) is ready, (\d+) ms after its start$", re.M)
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
# The first start may build and rehearse before it.
PATIENCE_S = 600


def serve(listener):
    """Answers each request of each connection."""
    def answer(connection):
        with connection:
            while connection.recv(65536):
                connection.sendall(ANSWER)
    while True:
        threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def readies(log):
    """The workers that became ready so far: the time of it, the pid, and the milliseconds it took."""
    with open(log, encoding="utf-8") as lines:
        return [(datetime.strptime(at, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp(), int(pid),
                 int(millis)) for at, pid, millis in READY.findall(lines.read())]


def await_ready(log, count, master):
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and master.poll() is None:
        found = readies(log)
        if len(found) >= count:
            return found[count - 1]
        time.sleep(0.05)
    with open(log, encoding="utf-8") as lines:
        sys.exit(f"no worker is ready:\n{lines.read()}")


def first_answer(port):
    """Asks once; returns when the answer began."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE_S) as client:
        client.sendall(REQUEST)
        begun = client.recv(65536)
        at = time.time()
    if not begun.startswith(b"HTTP/1.1 200 "):
        sys.exit(f"the answer is {begun[:200]!r}")
    return at


def measure(rounds, warming, port, log, master):
    _, pid, _ = await_ready(log, 1, master)
    first_answer(port)
    ready, answered = [], []
    for number in range(warming + rounds):
        os.kill(pid, signal.SIGKILL)
        at = first_answer(port)
        ready_at, pid, millis = await_ready(log, number + 2, master)
        answer_millis = (at - ready_at) * 1000 + millis
        counts = number >= warming
        print(f"round {number + 1}: ready {millis} ms, first answer {answer_millis:.0f} ms"
              + ("" if counts else ", not counted"))
        if counts:
            ready.append(millis)
            answered.append(answer_millis)
    for name, values in (("READY", ready), ("first answer", answered)):
        print(f"posix_spawn to {name}: median {statistics.median(values):.0f} ms"
              f" ({min(values):.0f} to {max(values):.0f}), {len(values)} rounds")


def main():
    try:
        options = dict(getopt.getopt(sys.argv[1:], "r:w:")[0])
        rounds, warming = int(options.get("-r", 9)), int(options.get("-w", 1))
        if rounds < 1 or warming < 0:
            raise ValueError
    except (getopt.GetoptError, ValueError):
        print(__doc__.strip(), file=sys.stderr)
        sys.exit(2)
    backend = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(backend,), daemon=True).start()
    port = free_port()
    with tempfile.TemporaryDirectory() as work:
        config, log = os.path.join(work, "config.toml"), os.path.join(work, "log")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f'''command_socket = "{work}/sozu.sock"
worker_count = 1
log_level = "info"
[[listeners]]
protocol = "http"
address = "127.0.0.1:{port}"
[clusters.web]
protocol = "http"
frontends = [ {{ address = "127.0.0.1:{port}", hostname = "*" }} ]
backends = [ {{ address = "127.0.0.1:{backend.getsockname()[1]}" }} ]
''')
        with open(log, "wb") as output:
            master = subprocess.Popen([os.path.join(HOME, "bin", "sozu"), "start", "-c", config], stdout=output,
                                      stderr=subprocess.STDOUT)
        try:
            measure(rounds, warming, port, log, master)
        finally:
            master.terminate()
            master.wait()


if __name__ == "__main__":
    main()
