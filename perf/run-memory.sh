#!/usr/bin/env bash
# The memory of a proxy with many clusters: resident and proportional, of the master and of each worker.
#
#   perf/run-memory.sh [-c CLUSTERS] [-b BACKENDS] [-w WORKERS] [-k KEYS] [-r]
#
#   -c  clusters, each with a host name of its own [10000]    -w  workers [2]
#   -b  backends of each [2]                                  -k  more lines of TOML for each cluster []
#   -r  then sends a request to each cluster and measures again: what is made for the first one is there then
#
# It starts bin/sozu on loopback, waits until the workers serve, and prints one line for each process: resident (rss)
# and proportional (pss) size and the part of it that is no file's (anonymous), in MB of 10^6 bytes. A page of a file
# that several processes have mapped counts whole in the first and by its share in the second. Nothing listens at the
# backends: requests are answered 503. Needs: python3, pgrep.
set -euo pipefail

clusters=10000 backends=2 workers=2 keys= requests=
here=$(cd "$(dirname "$0")" && pwd)
while getopts c:b:w:k:r option; do
    case $option in
    c) clusters=$OPTARG ;;
    b) backends=$OPTARG ;;
    w) workers=$OPTARG ;;
    k) keys=$OPTARG ;;
    r) requests=yes ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done
for tool in python3 pgrep; do
    command -v $tool >/dev/null || { echo "$tool is missing; install it first" >&2 && exit 1; }
done

work=$(mktemp -d)
master=
stop_all() {
    if [ -n "$master" ]; then
        kill "$master" 2>/dev/null || true
        wait "$master" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap stop_all EXIT
fail() { # why
    echo "$1" >&2
    tail -n 20 "$work/log" >&2
    exit 1
}

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 - "$work" "$port" "$clusters" "$backends" "$workers" "$keys" >"$work/config.toml" <<'PYTHON'
import sys
work, port, clusters, backends, workers, keys = sys.argv[1:]
print(f'command_socket = "{work}/sozu.sock"\nworker_count = {workers}\n\n[[listeners]]\nprotocol = "http"')
print(f'address = "127.0.0.1:{port}"\n')
for i in range(int(clusters)):
    print(f'[clusters.app-{i:05}]\nprotocol = "http"\n{keys}')
    print(f'frontends = [ {{ address = "127.0.0.1:{port}", hostname = "app-{i:05}.example.com" }} ]')
    addresses = (f'127.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}:9' for n in
                 range(256 + i * int(backends), 256 + (i + 1) * int(backends)))
    print('backends = [ ' + ', '.join(f'{{ address = "{a}" }}' for a in addresses) + ' ]\n')
PYTHON

begun=$(date +%s.%N)
"$here/../bin/sozu" start -c "$work/config.toml" >"$work/log" 2>&1 &
master=$!
for _ in $(seq 3000); do
    kill -0 "$master" 2>/dev/null || fail "the proxy has ended"
    ! grep -q ready "$work/log" || break
    sleep 0.1
done
grep -q ready "$work/log" || fail "the proxy is not ready after 300 s"
echo "$clusters clusters of $backends backends, $workers workers, $(getconf PAGESIZE) bytes a page, $(uname -m)," \
    "ready after $(awk -v a="$begun" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }') s"

print_sizes() { # when
    local pid name=master
    for pid in "$master" $(pgrep -P "$master"); do
        awk -v name="$name" -v pid="$pid" -v when="$1" '
            /^Rss:/ { rss = $2 } /^Pss:/ { pss = $2 } /^Anonymous:/ { anonymous = $2 }
            END { printf "%-16s %-8s rss %6.1f  pss %6.1f  anonymous %6.1f\n", when, name, rss * 0.001024,
                pss * 0.001024, anonymous * 0.001024 }' "/proc/$pid/smaps_rollup"
        name=worker
    done
}

print_sizes "when ready"
# The C library gives back every 10 s what the virtual machines do not need any more.
sleep 12
print_sizes "at rest"
if [ -n "$requests" ]; then
    python3 - "$port" "$clusters" "$workers" <<'PYTHON'
import http.client, sys
port, clusters, workers = map(int, sys.argv[1:])
# Several connections to each worker, which the kernel spreads: most clusters are asked for in all of them.
connections = [http.client.HTTPConnection("127.0.0.1", port) for _ in range(4 * workers)]
answers = {}
for i in range(clusters):
    for connection in connections:
        connection.request("GET", "/", headers={"Host": f"app-{i:05}.example.com"})
        answer = connection.getresponse()
        answer.read()
        answers[answer.status] = answers.get(answer.status, 0) + 1
print("answers by status:", answers)
PYTHON
    sleep 12
    print_sizes "after requests"
fi
