/*
 * Load and backend of the comparison in one process: clients that ask a proxy, and the server the proxy asks.
 *
 *   load -t PORT -b PORT [-c CLIENTS] [-d SECONDS] [-s BYTES] [-u PATH] [-p PID] [-n] [-q RATE] [-i] [-k] [-T] [-r]
 *
 *   -t  port of the proxy on 127.0.0.1            -b  port the backend listens on, on 127.0.0.1
 *   -c  clients at a time [64]                    -d  how long [4]
 *   -s  bytes of each answer's body [48]          -n  a new connection for each request
 *   -i  a line for each second                    -k  one request for each client, then silence
 *   -u  the path asked for [/]                    -p  process whose CPU time is told
 *   -q  with -n: so many connections a second, and no more; latency counts from when each was due
 *   -T  clients speak TLS 1.3 (tls.h)             -r  with -T and -n: each connection resumes the one before it
 *
 * Both ends live in one loop on one thread, so that one core is enough to keep a proxy on another core busy: an
 * exchange costs four system calls and its share of epoll_wait. Plain bodies are received without being copied
 * (MSG_TRUNC). With -T or -k time and CPU count from the moment when every client has had its first answer: the
 * handshakes of kept connections, and those that fetch the first tickets, are not in them. A line "open" says so.
 * Prints: requests per second, errors, latency in microseconds from sending a request (with -n: from opening its
 * connection) to the end of its answer, this process's own CPU time in percent of a core, the clock ticks of the
 * process of -p, and with -T handshakes, how many of them resumed, and connections that did not end in a close_notify.
 * Exit status 1 when an answer was not 200, was cut, or none came at all, and when handshakes resumed that should not,
 * or did not that should.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "tls.h"

enum { CLIENT, BACKEND, LISTENER };
enum { HEAD_MAX = 4096, EVENTS = 256, SOURCES = 200, BUCKETS = 64 * 64, OPENING = 64, OPEN_SECONDS = 60 };

struct peer {
    int fd, role;
    int held;          /* bytes of a head in buffer */
    int connecting;
    int done;          /* a client of -k that has its answer */
    int watched;       /* whether EPOLLOUT is asked for */
    int shaking;       /* a client within its handshake */
    int ending;        /* a client that has its answer and waits for the end of its connection */
    int answers;
    struct tls tls;
    long remaining;    /* of the body: to receive (client), or of the answer to send (backend) */
    uint64_t began;
    char buffer[HEAD_MAX];
};

struct usage {
    uint64_t at, own_us;
    long user, system; /* ticks of the process of -p */
};

static int epoll, target, clients = 64, seconds = 4, fresh, interval, keep, secure, resume, watched_pid;
static int rate;        /* connections a second, 0 for as many as there can be */
static uint64_t first_due;
static long due_done;
static struct peer **resting; /* clients that wait for the moment to connect */
static int resting_count;
static int begun, served; /* clients that were opened, and that have had an answer */
static long body = 48, requests, errors, opened, handshakes, resumed, unclean;
static const char *first_error;
static char *answer;
static long answer_bytes;
static const char *path = "/";
static char request[HEAD_MAX];
static int request_bytes;
static long histogram[BUCKETS], total[BUCKETS];
static uint64_t slowest;

static void die(const char *what)
{
    perror(what);
    exit(2);
}

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t) t.tv_sec * 1000000000u + t.tv_nsec;
}

/* Buckets of 1.6 % each: the exponent and the six bits behind the leading one. */
static int bucket(uint64_t value)
{
    int exponent = 63 - __builtin_clzll(value | 1);
    return exponent < 6 ? (int) value : (exponent - 5) * 64 + (int) (value >> (exponent - 6) & 63);
}

static double quantile(const long *counts, double share)
{
    long all = 0, seen = 0;
    for (int i = 0; i < BUCKETS; i++)
        all += counts[i];
    for (int i = 0; i < BUCKETS; i++) {
        seen += counts[i];
        if (all && seen >= share * all)
            return (i < 64 ? i : (double) (uint64_t) (64 + i % 64) * (1ull << (i / 64 - 1))) / 1000;
    }
    return 0;
}

static void watch(struct peer *p, uint32_t events, int op)
{
    struct epoll_event event = {.events = events, .data.ptr = p};
    if (epoll_ctl(epoll, op, p->fd, &event))
        die("epoll_ctl");
}

static struct peer *peer(int fd, int role)
{
    struct peer *p = calloc(1, sizeof *p);
    int one = 1;
    if (!p)
        die("calloc");
    p->fd = fd;
    p->role = role;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return p;
}

static void open_client(struct peer *p)
{
    int one = 1;
    struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000201 + opened++ % SOURCES)};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(target), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (p->fd < 0)
        die("socket");
    setsockopt(p->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(p->fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(p->fd, (struct sockaddr *) &source, sizeof source))
        die("bind");
    p->began = now();
    p->held = 0;
    p->remaining = 0;
    p->connecting = 1;
    if (connect(p->fd, (struct sockaddr *) &to, sizeof to) && errno != EINPROGRESS)
        die("connect");
    watch(p, EPOLLOUT, EPOLL_CTL_ADD);
}

static void reopen(struct peer *p)
{
    if (secure)
        tls_close(&p->tls);
    close(p->fd);
    p->ending = 0;
    if (rate)
        resting[resting_count++] = p;
    else
        open_client(p);
}

/* Opens what is due by now, as far as clients are free. */
static void open_due(void)
{
    if (!first_due)
        first_due = now();
    long due = (now() - first_due) / 1e9 * rate;
    for (; due_done < due && resting_count > 0; due_done++) {
        struct peer *p = resting[--resting_count];
        open_client(p);
        p->began = first_due + due_done * 1000000000ull / rate;
    }
}

static void fail(struct peer *p, const char *what)
{
    errors++;
    first_error = first_error ? first_error : what;
    if (secure)
        tls_forget(&p->tls);
    reopen(p);
}

static void open_next(void)
{
    struct peer *p = calloc(1, sizeof *p);
    if (!p)
        die("calloc");
    p->role = CLIENT;
    begun++;
    if (rate)
        resting[resting_count++] = p;
    else
        open_client(p);
}

static void ask(struct peer *p)
{
    if (!fresh)
        p->began = now();
    long sent = secure ? tls_send(&p->tls, request, request_bytes) : send(p->fd, request, request_bytes, MSG_NOSIGNAL);
    if (sent != request_bytes)
        fail(p, "a request could not be sent");
}

/* As recv: 0 at the end, -1 with errno otherwise; TLS decrypts what MSG_TRUNC would throw away. */
static long receive(struct peer *p, char *to, long most, int flags)
{
    static char scratch[65536];
    if (!secure)
        return recv(p->fd, to, most, flags);
    return to ? tls_receive(&p->tls, to, most)
        : tls_receive(&p->tls, scratch, most < (long) sizeof scratch ? most : (long) sizeof scratch);
}

/* The proxy closes after an answer to "Connection: close"; only then is its part of the connection done. */
static void await_end(struct peer *p)
{
    char rest[64];
    long count = tls_receive(&p->tls, rest, sizeof rest);
    if (count > 0) {
        fail(p, "more came than was asked for");
    } else if (count == 0 || errno != EAGAIN) {
        unclean += count != 0;
        reopen(p);
    }
}

static void answered(struct peer *p)
{
    uint64_t took = now() - p->began;
    histogram[bucket(took)]++;
    slowest = took > slowest ? took : slowest;
    requests++;
    p->held = 0;
    served += p->answers++ == 0;
    if (begun < clients)
        open_next();
    if (keep) {
        p->done = 1;
    } else if (fresh && secure) {
        p->ending = 1;
        if (tls_holds(&p->tls))
            await_end(p);
    } else if (fresh) {
        reopen(p);
    } else {
        ask(p);
    }
}

static void read_body(struct peer *p)
{
    do {
        long count = receive(p, NULL, p->remaining, MSG_TRUNC);
        if (count <= 0) {
            if (count == 0 || errno != EAGAIN)
                fail(p, "an answer was cut within its body");
            return;
        }
        p->remaining -= count;
    } while (p->remaining > 0 && secure && tls_holds(&p->tls));
    if (p->remaining == 0)
        answered(p);
}

static void read_answer(struct peer *p)
{
    if (p->remaining > 0) {
        read_body(p);
        return;
    }
    long count = receive(p, p->buffer + p->held, HEAD_MAX - 1 - p->held, 0);
    if (count <= 0) {
        if (count == 0 || errno != EAGAIN)
            fail(p, p->held ? "an answer was cut within its head" : "a connection ended before its answer");
        return;
    }
    p->held += count;
    p->buffer[p->held] = 0;
    char *end = strstr(p->buffer, "\r\n\r\n");
    if (!end) {
        if (p->held == HEAD_MAX - 1)
            fail(p, "an answer's head is too long");
        else if (secure && tls_holds(&p->tls))
            read_answer(p);
        return;
    }
    char *length = strcasestr(p->buffer, "\r\ncontent-length:");
    if (strncmp(p->buffer, "HTTP/1.1 200", 12) || !length || length > end) {
        static char line[64];
        if (!first_error)
            snprintf(line, sizeof line, "an answer began with %.*s", (int) strcspn(p->buffer, "\r"), p->buffer);
        fail(p, line);
        return;
    }
    p->remaining = atol(length + 17) - (p->buffer + p->held - end - 4);
    if (p->remaining < 0)
        fail(p, "more came than was asked for");
    else if (p->remaining == 0)
        answered(p);
    else if (secure && tls_holds(&p->tls))
        read_body(p);
}

static void shake(struct peer *p)
{
    int done = tls_handshake(&p->tls);
    p->shaking = done == 0;
    if (done < 0) {
        fail(p, "a handshake failed");
    } else if (done > 0) {
        handshakes++;
        resumed += tls_resumed(&p->tls);
        ask(p);
    }
}

static void on_client(struct peer *p, uint32_t events)
{
    if (p->connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error || events & EPOLLHUP) {
            fail(p, "a connection was refused");
            return;
        }
        p->connecting = 0;
        watch(p, EPOLLIN, EPOLL_CTL_MOD);
        if (secure) {
            tls_open(&p->tls, p->fd);
            shake(p);
        } else {
            ask(p);
        }
    } else if (p->shaking) {
        shake(p);
    } else if (p->ending) {
        await_end(p);
    } else if (!p->done) {
        read_answer(p);
    } else if (!secure || tls_receive(&p->tls, p->buffer, HEAD_MAX) >= 0 || errno != EAGAIN) {
        fail(p, "an idle connection was closed");
        p->done = 0;
    }
}

static void serve(struct peer *p)
{
    while (p->remaining > 0) {
        long count = send(p->fd, answer + answer_bytes - p->remaining, p->remaining, MSG_NOSIGNAL);
        if (count <= 0)
            break;
        p->remaining -= count;
    }
    if (p->watched != (p->remaining > 0)) {
        p->watched = p->remaining > 0;
        watch(p, p->watched ? EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
    }
}

static void on_backend(struct peer *p)
{
    if (p->remaining > 0) {
        serve(p);
        return;
    }
    long count = recv(p->fd, p->buffer + p->held, HEAD_MAX - 1 - p->held, 0);
    if (count <= 0) {
        if (count == 0 || errno != EAGAIN) {
            close(p->fd);
            free(p);
        }
        return;
    }
    p->held += count;
    if (p->held >= 4 && !memcmp(p->buffer + p->held - 4, "\r\n\r\n", 4)) {
        p->held = 0;
        p->remaining = answer_bytes;
        serve(p);
    }
}

static void on_listener(struct peer *p)
{
    for (int fd; (fd = accept4(p->fd, NULL, NULL, SOCK_NONBLOCK)) >= 0;)
        watch(peer(fd, BACKEND), EPOLLIN, EPOLL_CTL_ADD);
}

static void listen_on(int port)
{
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd < 0 || bind(fd, (struct sockaddr *) &at, sizeof at) || listen(fd, 4096))
        die("listen");
    watch(peer(fd, LISTENER), EPOLLIN, EPOLL_CTL_ADD);
}

static void prepare(void)
{
    char head[256];
    int bytes = snprintf(head, sizeof head,
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %ld\r\n\r\n", body);
    answer_bytes = bytes + body;
    answer = malloc(answer_bytes);
    if (!answer)
        die("malloc");
    memcpy(answer, head, bytes);
    memset(answer + bytes, 'x', body);
    request_bytes = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: load\r\nAccept: */*\r\n%s\r\n", path,
        fresh ? "Connection: close\r\n" : "");
    if (request_bytes >= (int) sizeof request)
        exit(2);
}

static void use(struct usage *u)
{
    struct rusage own;
    char path[64], stat[1024];
    getrusage(RUSAGE_SELF, &own);
    u->at = now();
    u->own_us = (own.ru_utime.tv_sec + own.ru_stime.tv_sec) * 1000000ull + own.ru_utime.tv_usec + own.ru_stime.tv_usec;
    if (!watched_pid)
        return;
    snprintf(path, sizeof path, "/proc/%d/stat", watched_pid);
    FILE *file = fopen(path, "r");
    if (!file)
        die(path);
    stat[fread(stat, 1, sizeof stat - 1, file)] = 0;
    fclose(file);
    char *fields = strrchr(stat, ')');
    if (!fields || sscanf(fields + 1, " %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %ld %ld", &u->user, &u->system) != 2)
        die("stat of the process");
}

static void report(const char *what, const long *counts, long count, double time)
{
    printf("%s requests_per_s %.0f requests %ld errors %ld p50_us %.0f p99_us %.0f max_us %.0f", what, count / time,
        count, errors, quantile(counts, 0.5), quantile(counts, 0.99), slowest / 1000.0);
}

static void report_all(const struct usage *from)
{
    struct usage to = {0};
    use(&to);
    double time = (to.at - from->at) / 1e9;
    report("all", total, requests, time);
    printf(" load_percent %.0f", (to.own_us - from->own_us) / time / 1e4);
    if (watched_pid)
        printf(" user_ticks %ld system_ticks %ld", to.user - from->user, to.system - from->system);
    if (secure)
        printf(" handshakes %ld resumed %ld unclean %ld", handshakes, resumed, unclean);
    puts("");
    if (first_error)
        fprintf(stderr, "first of the errors: %s\n", first_error);
}

/* What counts begins now. */
static uint64_t begin(struct usage *from)
{
    memset(histogram, 0, sizeof histogram);
    requests = handshakes = resumed = unclean = 0;
    slowest = 0;
    use(from);
    return from->at;
}

static void turn(uint64_t until)
{
    struct epoll_event events[EVENTS];
    uint64_t at = now();
    int count = epoll_wait(epoll, events, EVENTS, at < until && !rate ? (until - at) / 1000000 + 1 : 0);
    if (rate)
        open_due();
    for (int i = 0; i < count; i++) {
        struct peer *p = events[i].data.ptr;
        if (p->role == CLIENT)
            on_client(p, events[i].events);
        else if (p->role == BACKEND)
            on_backend(p);
        else
            on_listener(p);
    }
}

static void run(void)
{
    struct usage from = {0};
    long before = 0;
    int waits = secure || keep;
    for (uint64_t limit = now() + OPEN_SECONDS * 1000000000ull; waits && served < clients && now() < limit;)
        turn(limit);
    if (waits) {
        printf("open %d of %d errors %ld\n", served, clients, errors);
        fflush(stdout);
    }
    uint64_t start = begin(&from), end = start + seconds * 1000000000ull, tick = start + 1000000000u;
    while (now() < end) {
        turn(interval && tick < end ? tick : end);
        if (interval && now() >= tick) {
            report("second", histogram, requests - before, 1);
            puts("");
            fflush(stdout);
            before = requests;
            for (int i = 0; i < BUCKETS; i++)
                total[i] += histogram[i], histogram[i] = 0;
            tick += 1000000000u;
        }
    }
    for (int i = 0; i < BUCKETS; i++)
        total[i] += histogram[i];
    report_all(&from);
}

/* Whether no answer is missing, and handshakes resumed where they should and nowhere else. */
static int as_expected(void)
{
    if (errors || served < (secure || keep ? clients : 1) || (!keep && !requests))
        return 0;
    return !secure || (resume ? resumed >= handshakes * 0.99 : resumed == 0);
}

int main(int argc, char **argv)
{
    int backend = 0;
    for (int option; (option = getopt(argc, argv, "t:b:c:d:s:u:p:q:nikTr")) != -1;) {
        switch (option) {
        case 't': target = atoi(optarg); break;
        case 'b': backend = atoi(optarg); break;
        case 'c': clients = atoi(optarg); break;
        case 'd': seconds = atoi(optarg); break;
        case 's': body = atol(optarg); break;
        case 'u': path = optarg; break;
        case 'p': watched_pid = atoi(optarg); break;
        case 'q': rate = atoi(optarg); break;
        case 'n': fresh = 1; break;
        case 'i': interval = 1; break;
        case 'k': keep = 1; break;
        case 'T': secure = 1; break;
        case 'r': resume = 1; break;
        default: return 2;
        }
    }
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    signal(SIGPIPE, SIG_IGN);
    epoll = epoll_create1(0);
    prepare();
    if (backend)
        listen_on(backend);
    if (secure && !tls_start(resume, body > 65536))
        return 2;
    if (rate && (secure || !fresh || !(resting = calloc(clients, sizeof *resting))))
        return 2;
    while (target && begun < (secure && clients > OPENING ? OPENING : clients))
        open_next();
    run();
    return target && !as_expected();
}
