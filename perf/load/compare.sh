#!/usr/bin/env bash
# The same traffic through this proxy, HAProxy, nginx and Sōzu: CPU time, latency, memory and system calls per request.
#
#   perf/load/compare.sh [-r ROUNDS] [-d SECONDS] [-p "PROXY..."] [-w "ROW..."] [-o DIRECTORY] [-l DIRECTORY]
#
#   -r  interleaved rounds of each row [7]          -d  seconds of each measurement [4]
#   -p  of: jvm haproxy nginx sozu [all there are], and this proxy with limits on (limits), sticky
#      sessions (sticky), 10 000 other hosts (hosts), 100 regular expressions on the host asked (regex), a spare worker
#      (spare), one TLS ticket (ticket); HAProxy with its cache of sessions (haproxycache)
#   -w  of: keepalive-64 keepalive-path keepalive-512 size-10k new-connection connection-rate size-1m idle start
#      restart tls-small tls-full tls-resumed tls-1m tls-idle [all]
#   -o  where results.tsv, report.md and report.svg go [perf/load/results]
#   -l  where the libssl.so.3 of the proxies is [the system's]
#
# Every proxy has one worker on core 0; load and backend, one process (load.c), have core 1. Within a row the proxies
# are measured in turn, round after round, so that what disturbs the machine disturbs all of them; ratios are medians
# of the ratios within a round. CPU time is that of the serving process, user and system, over the answers counted.
# What comes before a row is not measured: the JVM and the caches are warm. A peer that is missing is left out and
# named. HAProxy and nginx come from the system's packages; Sōzu by: cargo install sozu --version 2.1.0
# (found on the PATH, or named by SOZU_PEER). Needs: gcc strace taskset python3, two cores that do nothing else.
# Rows of TLS need openssl and the headers of libssl besides, and are left out without them; the proxies are started
# anew before the first of them, with a TLS listener in place of the plain one (peers.sh says what they have in common).
set -euo pipefail

rounds=7 seconds=4
here=$(cd "$(dirname "$0")" && pwd)
home=$(cd "$here/../.." && pwd)
proxies="jvm haproxy nginx sozu"
rows="keepalive-64 keepalive-512 size-10k new-connection connection-rate size-1m idle start restart"
rows="$rows tls-small tls-full tls-resumed tls-1m tls-idle"
out=$here/results
ssl_directory=
while getopts r:d:p:w:o:l: option; do
    case $option in
    r) rounds=$OPTARG ;;
    d) seconds=$OPTARG ;;
    p) proxies=$OPTARG ;;
    w) rows=$OPTARG ;;
    o) out=$OPTARG ;;
    l) ssl_directory=$OPTARG ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done
PATH=$PATH:/usr/sbin
for tool in gcc strace taskset python3 pgrep; do
    command -v $tool >/dev/null || { echo "$tool is missing; install it first" >&2 && exit 1; }
done
[ "$(nproc)" -ge 2 ] || { echo "two cores are needed: one for the proxies, one for the load" >&2 && exit 1; }

work=$(mktemp -d)
mkdir -p "$out"
results=$out/results.tsv
pids=()
sozu_binary=${SOZU_PEER:-$(command -v sozu || true)}
. "$here/peers.sh"

stop_all() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${pids[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap stop_all EXIT

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

ask_plain() { # port
    (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n' >&3 \
        && read -r -t 30 <&3) 2>/dev/null
}

ask_tls() { # port
    printf 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' \
        | timeout 30 openssl s_client -quiet -tls1_3 -servername localhost -connect "127.0.0.1:$1" 2>/dev/null \
        | grep -q '^HTTP/1.1 '
}

# Waits until a request to a port is answered, whatever the answer is: there is no backend yet.
await() { # port pid of the proxy
    for _ in $(seq 1200); do
        "ask_$scheme" "$1" && return
        kill -0 "$2" 2>/dev/null || break
        sleep 0.05
    done
    echo "nothing answers on port $1" >&2
    tail -n 5 "$work"/*.log >&2
    return 1
}

value() { # name, of the variable of a proxy
    echo "${!1}"
}

load() { # port arguments...; what it prints
    local port=$1
    shift
    [ "$scheme" = plain ] || set -- -T "$@"
    taskset -c 1 "$work/load" -t "$port" -b "$backend" "$@"
}

kilobytes() { # pid; resident and proportional
    awk '/^Rss:/ { rss = $2 } /^Pss:/ { pss = $2 } END { print rss, pss }' "/proc/$1/smaps_rollup"
}

record() { # row proxy round name=value...
    local row=$1 proxy=$2 round=$3
    shift 3
    for pair in "$@"; do
        printf '%s\t%s\t%s\t%s\t%s\n' "$row" "$proxy" "$round" "${pair%%=*}" "${pair#*=}" >>"$results"
    done
}

traffic_of() { # row; the arguments of load
    case $1 in
    keepalive-64) echo "-c 64 -s 48" ;;
    keepalive-path) echo "-c 64 -s 48 -u /api/v1/res99/17" ;;
    keepalive-512) echo "-c 512 -s 48" ;;
    size-10k) echo "-c 64 -s 10240" ;;
    new-connection) echo "-c 64 -s 48 -n" ;;
    connection-rate) echo "-c 1024 -s 48 -n -q 8000" ;;
    size-1m | tls-1m) echo "-c 64 -s 1048576" ;;
    tls-small) echo "-c 64 -s 48" ;;
    tls-full) echo "-c 64 -s 48 -n" ;;
    tls-resumed) echo "-c 64 -s 48 -n -r" ;;
    esac
}

field() { # name lines; what stands behind a name, in the last line that has it
    awk -v name="$1" '{ for (i = 1; i < NF; i++) if ($i == name) value = $(i + 1) } END { print value }' <<<"$2"
}

micros() { # ticks requests
    awk -v t="$1" -v n="$2" -v hertz="$(getconf CLK_TCK)" 'BEGIN { if (n > 0) printf "%.3f", t * 1e6 / hertz / n }'
}

measure() { # row proxy round
    local pid line count user system rss pss
    pid=$(value "pid_$2")
    line=$(load "$(value "port_$2")" -d "$seconds" -p "$pid" $(traffic_of "$1")) \
        || echo "$1, $2: not as it should be" >&2
    read -r rss pss <<<"$(kilobytes "$pid")"
    count=$(field requests "$line") user=$(field user_ticks "$line") system=$(field system_ticks "$line")
    echo "$1 round $3: $2 $(tail -n 1 <<<"$line")" >&2
    record "$1" "$2" "$3" "errors=$(field errors "$line")" "load_percent=$(field load_percent "$line")"
    [ "$count" -gt 0 ] || return 0
    record "$1" "$2" "$3" "user_us=$(micros "$user" "$count")" "system_us=$(micros "$system" "$count")" \
        "cpu_us=$(micros $((user + system)) "$count")" "requests_per_s=$(field requests_per_s "$line")" \
        "p50_us=$(field p50_us "$line")" "p99_us=$(field p99_us "$line")" "rss_kb=$rss" "pss_kb=$pss"
    [ "$scheme" = plain ] || record "$1" "$2" "$3" "handshakes=$(field handshakes "$line")" \
        "resumed=$(field resumed "$line")" "unclean=$(field unclean "$line")"
}

# System calls over the requests of the same time; a traced process is slow, so nothing else is taken from it.
count_calls() { # row proxy
    local pid tracer line
    pid=$(value "pid_$2")
    strace -c -f -q -o "$work/calls" -p "$pid" 2>/dev/null &
    tracer=$!
    sleep 1
    line=$(load "$(value "port_$2")" -d 2 $(traffic_of "$1")) || true
    kill -INT "$tracer"
    wait "$tracer" || true
    record "$1" "$2" 0 \
        "calls=$(awk -v n="$(field requests "$line")" '$NF == "total" && n > 0 { print $4 / n }' "$work/calls")"
}

warm_seconds() { # proxy
    case $1 in
    jvm | limits | sticky | hosts | regex | spare | ticket) echo 10 ;;
    *) echo 2 ;;
    esac
}

measure_traffic() { # row
    for proxy in $proxies; do
        load "$(value "port_$proxy")" -d "$(warm_seconds "$proxy")" $(traffic_of "$1") >/dev/null || true
    done
    for round in $(seq "$rounds"); do
        for proxy in $proxies; do
            measure "$1" "$proxy" "$round"
        done
    done
    for proxy in $proxies; do
        count_calls "$1" "$proxy"
    done
}

# Starts the proxies anew, and warms them up: what they hold is not what they kept of rows before. A worker of ours gives
# back what its compiler needed within ten seconds.
renew() {
    local as=$scheme
    for proxy in $proxies; do
        kill "$(value "main_$proxy")"
        wait "$(value "main_$proxy")" || true
    done
    scheme=
    serve "$as"
    for proxy in $proxies; do
        load "$(value "port_$proxy")" -c 64 -d 3 >/dev/null
    done
    sleep 12
}

# Resident kilobytes of a proxy while so many connections, open and answered once, wait for the next request.
held() { # row proxy connections seconds
    : >"$work/idle"
    load "$(value "port_$2")" -k -c "$3" -d "$4" >"$work/idle" &
    until grep -q '^open' "$work/idle"; do
        kill -0 $! 2>/dev/null || break
        sleep 0.1
    done
    sleep 2
    grep -q "^open $3 of" "$work/idle" && kilobytes "$(value "pid_$2")" | cut -d' ' -f1
    wait $! || echo "$1, $2: not every answer came" >&2
}

# Memory for each connection that waits: by how much more it is for many than for a thousand, as the first thousand
# also pay for what comes once.
measure_idle() { # row connections seconds
    local few many
    renew
    for proxy in $proxies; do
        few=$(held "$1" "$proxy" 1000 4)
        many=$(held "$1" "$proxy" "$2" "$3")
        [ -n "$few" ] && [ -n "$many" ] || { echo "$1, $proxy: not all connections came to be" >&2 && continue; }
        record "$1" "$proxy" 0 "bytes_each=$(awk "BEGIN { print ($many - $few) * 1024 / ($2 - 1000) }")"
        echo "$1: $proxy $few kB with 1000, $many kB with $2" >&2
    done
}

# The seconds after a proxy answers for the first time, under load from then on.
seconds_after() { # row proxy
    load "$(value "port_$2")" -c 64 -d 10 -i >"$work/seconds" || echo "$1, $2: not every answer came" >&2
    awk '$1 == "second" { print ++n, $3, $9, $11 }' "$work/seconds" | while read -r second rate p50 p99; do
        record "$1" "$2" "$second" "requests_per_s=$rate" "p50_us=$p50" "p99_us=$p99"
    done
    sed "s/^/$1: $2 /" "$work/seconds" >&2
}

measure_start() {
    for proxy in $proxies; do
        kill "$(value "main_$proxy")"
        wait "$(value "main_$proxy")" || true
        "start_$proxy"
        seconds_after start "$proxy"
    done
}

# The only worker is killed; the first answer of its successor is timed. Then once more, under load from that moment on.
measure_restart() { # ours
    local line
    case " $proxies " in *" $1 "*) ;; *) return 0 ;; esac
    kill -9 "$(value "pid_$1")"
    line=$(load "$(value "port_$1")" -k -c 1 -d 5) || true
    record restart "$1" 1 "first_answer_ms=$(awk "BEGIN { print $(field max_us "$line") / 1000 }")"
    sleep 5
    find_worker "$1"
    sleep 60 # the master takes it for a crash in a row until then, and waits longer each time
    kill -9 "$(value "pid_$1")"
    seconds_after restart "$1" &
    sleep 1
    pin_workers "$1"
    wait $!
    find_worker "$1"
}

# Starts the proxies with plain listeners or with TLS listeners, unless that is how they run.
serve() { # scheme
    local running=
    [ "$scheme" != "$1" ] || return 0
    for proxy in $proxies; do
        if [ -n "$scheme" ]; then
            kill "$(value "main_$proxy")"
            wait "$(value "main_$proxy")" || true
        fi
    done
    scheme=$1
    for proxy in $proxies; do
        if ! "start_$proxy"; then
            echo "$proxy does not start ($scheme) and is left out" >&2
            continue
        fi
        running="$running $proxy"
        [ "$scheme" = plain ] || record version "$proxy" 0 "ssl=$(ssl_of "$proxy")"
    done
    proxies=$running
}

tls_flags=
if ! command -v openssl >/dev/null; then
    echo "openssl is missing: no rows of TLS" >&2
elif ! gcc -E -x c - <<<'#include <openssl/ssl.h>' >/dev/null 2>&1; then
    echo "the headers of libssl are missing (libssl-dev): no rows of TLS" >&2
else
    tls_flags="-DTLS -lssl -lcrypto"
    make_certificate
fi
gcc -O2 -o "$work/load" "$here/load.c" $tls_flags
: >"$results"
there=
for proxy in $proxies; do
    if version_of "$proxy" >"$work/version"; then
        there="$there $proxy"
        record version "$proxy" 0 "version=$(cat "$work/version")"
    else
        echo "$proxy is not on this machine and is left out" >&2
    fi
done
proxies=$there
scheme=
backend=$(free_port)
record machine all 0 "cpu=$(sed -n 's/^model name\t*: //p' /proc/cpuinfo | head -n 1)" "cores=$(nproc)" \
    "kernel=$(uname -r)" "date=$(date -u +%F)" "rounds=$rounds" "seconds=$seconds"
for row in $rows; do
    case $row in
    tls-*)
        [ -n "$tls_flags" ] || continue
        serve tls
        ;;
    *) serve plain ;;
    esac
    case $row in
    start) measure_start ;;
    idle) measure_idle idle 9000 8 ;;
    tls-idle) measure_idle tls-idle 9000 4 ;;
    restart) measure_restart jvm && measure_restart spare ;;
    *) measure_traffic "$row" ;;
    esac
done
python3 "$here/report.py" "$results" "$out" | tee /dev/stderr >/dev/null
