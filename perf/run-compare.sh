#!/usr/bin/env bash
# CPU time and system calls of one worker per request, side by side with HAProxy from the system's packages.
#
#   perf/run-compare.sh [-r ROUNDS] [-d SECONDS] [-c CLIENTS] [-o FILE]
#
# The proxy under test has core 0 for itself; load (wrk) and backend (nginx) share core 1. A round measures one
# proxy after the other, so that what disturbs the machine disturbs both; the medians of the rounds are compared.
# CPU time is user and system time of the proxying process from /proc/PID/stat, all threads, over requests that wrk
# counted. Both add the same fields to a request, keep connections to the backend open, and write no access log.
# Needs: nginx haproxy wrk strace taskset, and a machine with two cores that does nothing else.
set -euo pipefail

rounds=4 seconds=6 clients=64 report=
while getopts r:d:c:o: option; do
    case $option in
    r) rounds=$OPTARG ;;
    d) seconds=$OPTARG ;;
    c) clients=$OPTARG ;;
    o) report=$OPTARG ;;
    *) sed -n '2,11s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done

home=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
pids=()
PATH=$PATH:/usr/sbin
for tool in nginx haproxy wrk strace taskset; do
    command -v $tool >/dev/null || { echo "$tool is missing; install it with: apt-get install $tool" >&2 && exit 1; }
done
[ "$(nproc)" -ge 2 ] || { echo "two cores are needed: one for the proxy, one for load and backend" >&2 && exit 1; }

stop_all() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap stop_all EXIT

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

await() { # port
    for _ in $(seq 600); do
        curl -s -o "$work/probe" "http://127.0.0.1:$1/" && return
        sleep 0.1
    done
    echo "nothing answers on port $1" >&2
    exit 1
}

start_backend() {
    backend=$(free_port)
    cat >"$work/nginx.conf" <<EOF
daemon off;
worker_processes 1;
error_log stderr crit;
pid $work/nginx.pid;
events { worker_connections 4096; }
http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work;
    uwsgi_temp_path $work; scgi_temp_path $work;
    server {
        listen 127.0.0.1:$backend backlog=4096;
        location / { default_type text/plain; return 200 "0123456789abcdef0123456789abcdef0123456789abcdef\n"; }
    }
}
EOF
    taskset -c 1 nginx -c "$work/nginx.conf" &
    pids+=($!)
    await "$backend"
}

start_haproxy() {
    haproxy_port=$(free_port)
    cat >"$work/haproxy.cfg" <<EOF
global
    nbthread 1
    maxconn 4000
defaults
    mode http
    timeout client 60s
    timeout server 30s
    timeout connect 3s
    http-reuse always
frontend front
    bind 127.0.0.1:$haproxy_port backlog 4096
    option forwardfor
    unique-id-format %[uuid()]
    unique-id-header X-Request-Id
    http-request set-header X-Forwarded-Proto http
    http-request set-header X-Forwarded-Port %[dst_port]
    http-request set-header X-Forwarded-Host %[req.hdr(Host)]
    http-request set-header Forwarded "proto=http;for=\"%[src]:%[src_port]\";by=%[dst]"
    http-request set-header Sozu-Id %[unique-id]
    http-response set-header Sozu-Id %[unique-id]
    default_backend back
backend back
    server one 127.0.0.1:$backend
EOF
    taskset -c 0 haproxy -db -f "$work/haproxy.cfg" &
    haproxy_pid=$!
    pids+=("$haproxy_pid")
    await "$haproxy_port"
}

start_sozu() {
    sozu_port=$(free_port)
    cat >"$work/config.toml" <<EOF
command_socket = "sozu.sock"
worker_count = 1
log_level = "error"
max_connections = 4000

[[listeners]]
protocol = "http"
address = "127.0.0.1:$sozu_port"

[clusters.web]
protocol = "http"
frontends = [{ address = "127.0.0.1:$sozu_port", hostname = "*" }]
backends = [{ address = "127.0.0.1:$backend" }]
EOF
    "$home/bin/sozu" start -c "$work/config.toml" >"$work/sozu.log" 2>&1 &
    master=$!
    pids+=("$master")
    await "$sozu_port"
    sozu_pid=$(pgrep -P "$master")
    taskset -acp 1 "$master" >/dev/null
    taskset -acp 0 "$sozu_pid" >/dev/null
}

cpu_ticks() { # pid
    awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat"
}

# Loads a port; sets requests, and stops on any answer or connection that failed.
load() { # port seconds
    taskset -c 1 wrk -t1 -c"$clients" -d"$2"s --latency "http://127.0.0.1:$1/" >"$work/wrk"
    if grep -E 'Socket errors|Non-2xx' "$work/wrk" >&2; then
        echo "the load did not go through cleanly on port $1" >&2
        exit 1
    fi
    requests=$(awk '/requests in/ { print $1 }' "$work/wrk")
}

measure() { # name pid port
    local before after
    before=$(cpu_ticks "$2")
    load "$3" "$seconds"
    after=$(cpu_ticks "$2")
    awk -v name="$1" -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" -v n="$requests" -v s="$seconds" \
        -v p99="$(awk '$1 == "99%" { print $2 }' "$work/wrk")" \
        'BEGIN { printf "%s %.2f %.0f %s\n", name, ticks * 1e6 / hz / n, n / s, p99 }' | tee -a "$work/rows" >&2
}

# System calls of a process while it is loaded, over the requests of that time; traced, so slower than in truth.
count_calls() { # name pid port
    strace -c -f -q -o "$work/strace.$1" -p "$2" &
    local tracer=$!
    sleep 1
    load "$3" 3
    kill -INT "$tracer"
    wait "$tracer" || true
    awk -v n="$requests" '$NF == "total" { printf "%.2f\n", $4 / n }' "$work/strace.$1"
}

median() { # name column
    awk -v name="$1" -v c="$2" '$1 == name { print $c }' "$work/rows" | sort -n \
        | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

start_backend
start_haproxy
start_sozu
load "$haproxy_port" 3
load "$sozu_port" 20 # a JVM compiles what is hot, and only then is it itself
for _ in $(seq "$rounds"); do
    measure haproxy "$haproxy_pid" "$haproxy_port"
    measure sozu "$sozu_pid" "$sozu_port"
done
haproxy_calls=$(count_calls haproxy "$haproxy_pid" "$haproxy_port")
sozu_calls=$(count_calls sozu "$sozu_pid" "$sozu_port")

{
    echo "Small answers, keep-alive, $clients clients; $(date -u +%F), $rounds interleaved rounds of $seconds s."
    echo "$(sed -n 's/^model name\t*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, Linux $(uname -r)," \
        "$(haproxy -v | sed -n '1s/^HAProxy version \([^ ]*\).*/HAProxy \1/p'), $(nginx -v 2>&1 | sed 's/.*: //')," \
        "JDK $("/proc/$sozu_pid/exe" --version | sed -n 's/.*build \([^)]*\)).*/\1/p' | head -n 1)."
    echo
    echo "| proxy | CPU µs per request (median) | requests per s | p99 | system calls per request |"
    echo "|---|---|---|---|---|"
    for name in haproxy sozu; do
        calls=${name}_calls
        echo "| $name | $(median $name 2) | $(median $name 3) |" \
            "$(awk -v name=$name '$1 == name { print $4 }' "$work/rows" | sort -V | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }') |" \
            "${!calls} |"
    done
    echo "| ratio | $(awk -v a="$(median sozu 2)" -v b="$(median haproxy 2)" 'BEGIN { printf "%.2f", a / b }') | | | |"
} | tee ${report:+"$report"}
