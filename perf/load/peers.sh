# The proxies of the comparison: one function each that writes its configuration, starts it with one worker on core 0,
# and sets main_NAME, pid_NAME (of the process that serves) and port_NAME. Sourced by compare.sh; needs $work, $home,
# $backend, $scheme (plain or tls) and $ssl_directory (of the libssl to use, empty for the system's).
#
# Equal work for all: X-Forwarded-For, -Proto, -Port, -Host, Forwarded, an id of the request in X-Request-Id and in
# Sozu-Id (which the answer carries as well), kept connections to the backend, no access log, buffers as large as they
# come. Sōzu has 1 000 of them unless told, and each connection that had an answer keeps two: told to have enough.
# With TLS: TLS 1.3 only, the same certificate (ECDSA P-256), ALPN http/1.1, session tickets with a key of the process,
# two after a full handshake (libssl sends one after a resumed handshake, rustls two again), nothing of early data. Suite
# and group are the client's only ones. HAProxy's cache of sessions is off, which spares it CPU time: tickets need none.
# That it comes with one is measured as haproxycache.
# nginx has none unless told. Sōzu has no tickets that carry their session: its two name sessions in a cache of 256.

# A key and a certificate of its own for localhost.
make_certificate() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost -keyout "$work/key.pem" -out "$work/certificate.pem" 2>"$work/openssl.log"
    cat "$work/certificate.pem" "$work/key.pem" >"$work/both.pem"
}

# The libssl that a proxy has loaded, as that library tells it; of rustls what Sōzu was built with.
ssl_of() {
    local library
    if [ "$1" = sozu ]; then
        echo "rustls with $("$sozu_binary" --version | grep -o '+crypto-[a-z-]*' | sed 's/+crypto-//' | paste -sd, -)"
        return
    fi
    library=$(awk '$6 ~ /libcrypto\.so/ { print $6; exit }' "/proc/$(value "pid_$1")/maps")
    [ -n "$library" ] || { echo "an unknown library" && return; }
    python3 -c 'import ctypes, sys
version = ctypes.CDLL(sys.argv[1]).OpenSSL_version
version.restype = ctypes.c_char_p
print(version(0).decode())' "$library"
}

# Runs a peer on core 0 with the libssl that was asked for.
on_core() {
    LD_LIBRARY_PATH=$ssl_directory${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} exec taskset -c 0 "$@"
}

start_jvm() {
    start_ours jvm "" "" ""
}

# Every limit that there is, and none of them reached: what counting costs.
limits_of_requests="request_rate = 1000000
request_rate_per_source = 1000000"
limits_of_listener="max_connections = 9400
max_connections_per_source = 9400
connection_rate = 1000000
connection_rate_per_source = 1000000
$limits_of_requests"
limits_of_cluster="max_connections_per_ip = 9400
$limits_of_requests"

start_limits() {
    start_ours limits "$limits_of_listener" "$limits_of_cluster" ""
}

# The same with sticky sessions, for clients that bring no cookie: each answer has one.
start_sticky() {
    start_ours sticky "$limits_of_listener" "$limits_of_cluster
sticky_session = true" ""
}

# 10 000 other hosts.
start_hosts() {
    start_ours hosts "" "" "$(printf '{ address = "ADDRESS", hostname = "app-%d.example.com" },\n' $(seq 10000))"
}

# 100 regular expressions on the host asked, of which the last one takes the request of keepalive-path.
start_regex() {
    start_ours regex "" "" "$(printf '{ address = "ADDRESS", hostname = "localhost", path_type = "REGEX", path = "%s" },\n' \
        $(seq -f '/api/v[0-9]+/res%g/[^/]+' 0 99))"
}

# One ticket after a full handshake instead of two.
start_ticket() {
    start_ours ticket "" "" "" "" 1
}

# With a spare worker: only what the death of the other one costs is of interest.
start_spare() {
    start_ours spare "" "" "" "spare_worker = true" || return 1
    for _ in $(seq 100); do
        "$home/bin/sozuctl" --socket "$work/spare.sock" status 2>/dev/null | grep -q "RUNNING (spare)" && break
        sleep 0.2
    done
    find_worker spare
}

start_ours() { # name, keys of the listener, keys of the cluster, more frontends, more keys at the top, tickets
    local port main protocol=http tls= library=
    port=$(free_port)
    [ -z "$ssl_directory" ] || library="ssl_library = \"$ssl_directory/libssl.so.3\""
    if [ "$scheme" = tls ]; then
        protocol=https
        tls='certificate = "certificate.pem"
key = "key.pem"
tls_versions = ["TLS_V13"]
alpn_protocols = ["http/1.1"]
send_tls13_tickets = '${6:-2}
    fi
    cat >"$work/$1.toml" <<EOF
command_socket = "$1.sock"
worker_count = 1
log_level = "error"
max_connections = 9500
$library
${5-}

[[listeners]]
protocol = "$protocol"
address = "127.0.0.1:$port"
$tls
$2

[clusters.web]
protocol = "http"
frontends = [
${4//ADDRESS/127.0.0.1:$port}
{ address = "127.0.0.1:$port", hostname = "*" }]
backends = [{ address = "127.0.0.1:$backend" }]
$3
EOF
    "$home/bin/sozu" start -c "$work/$1.toml" >"$work/$1.log" 2>&1 &
    main=$!
    pids+=("$main")
    await "$port" "$main" || return 1
    taskset -acp 1 "$main" >/dev/null
    declare -g "port_$1=$port" "main_$1=$main"
    find_worker "$1"
}

find_worker() { # name; its sockets are there before it is
    local pid=
    for _ in $(seq 200); do
        pid=$(pgrep -P "$(value "main_$1")" | tail -n 1) && [ -n "$pid" ] && break
        sleep 0.05
    done
    pin_workers "$1"
    if [ "$1" = spare ]; then
        pid=$("$home/bin/sozuctl" --socket "$work/spare.sock" -j status \
            | python3 -c 'import json, sys
print(next(each["pid"] for each in json.load(sys.stdin)["content"]["data"] if "spare" not in each))')
    fi
    declare -g "pid_$1=$pid"
}

pin_workers() { # name
    local each
    for each in $(pgrep -P "$(value "main_$1")"); do
        taskset -acp 0 "$each" >/dev/null
    done
}

start_haproxy() {
    start_one_haproxy haproxy "tune.ssl.cachesize 0"
}

# With its cache of sessions, as it comes.
start_haproxycache() {
    start_one_haproxy haproxycache ""
}

start_one_haproxy() { # name, more of its global section
    local bind="" proto=http port
    port=$(free_port)
    if [ "$scheme" = tls ]; then
        bind="ssl crt $work/both.pem ssl-min-ver TLSv1.3 alpn http/1.1" proto=https
    fi
    cat >"$work/$1.cfg" <<EOF
global
    nbthread 1
    maxconn 9500
    $2
defaults
    mode http
    timeout client 60s
    timeout server 30s
    timeout connect 3s
    http-reuse always
frontend front
    bind 127.0.0.1:$port backlog 4096 $bind
    option forwardfor
    unique-id-format %[uuid()]
    unique-id-header X-Request-Id
    http-request set-header X-Forwarded-Proto $proto
    http-request set-header X-Forwarded-Port %[dst_port]
    http-request set-header X-Forwarded-Host %[req.hdr(Host)]
    http-request set-header Forwarded "proto=$proto;for=\"%[src]:%[src_port]\";by=%[dst]"
    http-request set-header Sozu-Id %[unique-id]
    http-response set-header Sozu-Id %[unique-id]
    default_backend back
backend back
    server one 127.0.0.1:$backend
EOF
    on_core haproxy -db -f "$work/$1.cfg" 2>"$work/$1.log" &
    declare -g "port_$1=$port" "main_$1=$!" "pid_$1=$!"
    pids+=("$!")
    await "$port" "$!" || return 1
}

start_nginx() {
    local listen="" keys="" proto=http
    port_nginx=$(free_port)
    if [ "$scheme" = tls ]; then
        listen=ssl proto=https
        keys="ssl_certificate $work/certificate.pem; ssl_certificate_key $work/key.pem; ssl_protocols TLSv1.3;"
    fi
    cat >"$work/nginx.conf" <<EOF
daemon off;
worker_processes 1;
error_log stderr crit;
pid $work/nginx.pid;
events { worker_connections 20000; }
http {
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path $work; proxy_temp_path $work; fastcgi_temp_path $work;
    uwsgi_temp_path $work; scgi_temp_path $work;
    upstream back { server 127.0.0.1:$backend; keepalive 512; keepalive_requests 1000000000; }
    server {
        listen 127.0.0.1:$port_nginx backlog=4096 $listen;
        $keys
        location / {
            proxy_pass http://back;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host \$host;
            proxy_set_header X-Forwarded-For \$proxy_add_x_forwarded_for;
            proxy_set_header X-Forwarded-Proto $proto;
            proxy_set_header X-Forwarded-Port \$server_port;
            proxy_set_header X-Forwarded-Host \$host;
            proxy_set_header Forwarded "proto=$proto;for=\"\$remote_addr:\$remote_port\";by=\$server_addr";
            proxy_set_header X-Request-Id \$request_id;
            proxy_set_header Sozu-Id \$request_id;
            add_header Sozu-Id \$request_id;
        }
    }
}
EOF
    on_core nginx -c "$work/nginx.conf" 2>"$work/nginx.log" &
    main_nginx=$!
    pids+=("$main_nginx")
    await "$port_nginx" "$main_nginx" || return 1
    pid_nginx=$(pgrep -P "$main_nginx")
}

start_sozu() {
    local protocol=http tls=""
    port_sozu=$(free_port)
    if [ "$scheme" = tls ]; then
        protocol=https
        tls="certificate = \"$work/certificate.pem\"
key = \"$work/key.pem\"
tls_versions = [\"TLS_V13\"]
alpn_protocols = [\"http/1.1\"]
send_tls13_tickets = 2"
    fi
    cat >"$work/sozu.toml" <<EOF
command_socket = "$work/sozu-peer.sock"
worker_count = 1
worker_automatic_restart = false
log_level = "error"
log_target = "file://$work/sozu-peer.log"
access_logs_target = "file:///dev/null"
max_connections = 9500
max_buffers = 20000

[[listeners]]
protocol = "$protocol"
address = "127.0.0.1:$port_sozu"
$tls

[clusters.web]
protocol = "http"
frontends = [{ address = "127.0.0.1:$port_sozu", hostname = "localhost" }]
backends = [{ address = "127.0.0.1:$backend" }]
EOF
    on_core "$sozu_binary" start -c "$work/sozu.toml" >"$work/sozu.log" 2>&1 &
    main_sozu=$!
    pids+=("$main_sozu")
    await "$port_sozu" "$main_sozu" || return 1
    pid_sozu=$(pgrep -P "$main_sozu" | head -n 1)
}

# Prints the version of a proxy, or fails when this machine does not have it.
version_of() {
    case $1 in
    jvm) echo "this project at $(git -C "$home" rev-parse --short HEAD)" ;;
    limits) echo "the same with limits" ;;
    sticky) echo "the same with limits and sticky sessions" ;;
    spare) echo "the same with a spare worker" ;;
    ticket) echo "the same with one ticket" ;;
    haproxy | haproxycache) haproxy -v 2>/dev/null | sed -n '1s/^HAProxy version \([^ ]*\).*/HAProxy \1/p' | grep . ;;
    nginx) nginx -v 2>&1 | sed -n 's/.*nginx\//nginx /p' | grep . ;;
    sozu) [ -n "$sozu_binary" ] && "$sozu_binary" --version | sed -n "1s,^sozu \\([^ ]*\\).*,Sōzu \\1,p" | grep . ;;
    esac
}
