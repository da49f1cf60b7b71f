/*
 * Load and backend of the comparison in one process: clients that ask a proxy, and the server the proxy asks.
 *
 *   load -t PORT -b PORT [-c CLIENTS] [-d SECONDS] [-s BYTES] [-u PATH] [-n] [-i] [-k]
 *
 *   -t  port of the proxy on 127.0.0.1            -b  port the backend listens on, on 127.0.0.1
 *   -c  clients at a time [64]                    -d  how long [4]
 *   -s  bytes of each answer's body [48]          -n  a new connection for each request
 *   -i  a line for each second                    -k  one request for each client, then silence
 *   -u  the path asked for [/]
 *
 * Both ends live in one loop on one thread, so that one core is enough to keep a proxy on another core busy: an
 * exchange costs four system calls and its share of epoll_wait. Bodies are received without being copied (MSG_TRUNC).
 * Prints: requests per second, errors, latency in microseconds from sending a request to the end of its answer.
 * Exit status 1 when an answer was not 200, was cut, or none came at all.
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

enum { CLIENT, BACKEND, LISTENER };
enum { HEAD_MAX = 4096, EVENTS = 256, SOURCES = 200, BUCKETS = 64 * 64 };

struct peer {
    int fd, role;
    int held;          /* bytes of a head in buffer */
    int connecting;
    int done;          /* a client of -k that has its answer */
    int watched;       /* whether EPOLLOUT is asked for */
    long remaining;    /* of the body: to receive (client), or of the answer to send (backend) */
    uint64_t began;
    char buffer[HEAD_MAX];
};

static int epoll, target, clients = 64, seconds = 4, fresh, interval, keep;
static long body = 48, requests, errors, opened;
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
    close(p->fd);
    open_client(p);
}

static void fail(struct peer *p)
{
    errors++;
    reopen(p);
}

static void ask(struct peer *p)
{
    if (!fresh)
        p->began = now();
    if (send(p->fd, request, request_bytes, MSG_NOSIGNAL) != request_bytes)
        fail(p);
}

static void answered(struct peer *p)
{
    uint64_t took = now() - p->began;
    histogram[bucket(took)]++;
    slowest = took > slowest ? took : slowest;
    requests++;
    p->held = 0;
    if (keep)
        p->done = 1;
    else if (fresh)
        reopen(p);
    else
        ask(p);
}

static void read_answer(struct peer *p)
{
    long count;
    if (p->remaining > 0) {
        count = recv(p->fd, NULL, p->remaining, MSG_TRUNC);
        if (count <= 0) {
            if (count == 0 || errno != EAGAIN)
                fail(p);
            return;
        }
        p->remaining -= count;
        if (p->remaining == 0)
            answered(p);
        return;
    }
    count = recv(p->fd, p->buffer + p->held, HEAD_MAX - 1 - p->held, 0);
    if (count <= 0) {
        if (count == 0 || errno != EAGAIN)
            fail(p);
        return;
    }
    p->held += count;
    p->buffer[p->held] = 0;
    char *end = strstr(p->buffer, "\r\n\r\n");
    if (!end) {
        if (p->held == HEAD_MAX - 1)
            fail(p);
        return;
    }
    char *length = strcasestr(p->buffer, "\r\ncontent-length:");
    if (strncmp(p->buffer, "HTTP/1.1 200", 12) || !length || length > end) {
        fail(p);
        return;
    }
    p->remaining = atol(length + 17) - (p->buffer + p->held - end - 4);
    if (p->remaining < 0)
        fail(p);
    else if (p->remaining == 0)
        answered(p);
}

static void on_client(struct peer *p, uint32_t events)
{
    if (p->connecting) {
        int error = 0;
        socklen_t size = sizeof error;
        getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error || events & EPOLLHUP) {
            fail(p);
            return;
        }
        p->connecting = 0;
        watch(p, EPOLLIN, EPOLL_CTL_MOD);
        ask(p);
    } else if (!p->done) {
        read_answer(p);
    } else {
        fail(p);
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

static void report(const char *what, const long *counts, long count, double time)
{
    printf("%s requests_per_s %.0f requests %ld errors %ld p50_us %.0f p99_us %.0f max_us %.0f\n", what, count / time,
        count, errors, quantile(counts, 0.5), quantile(counts, 0.99), slowest / 1000.0);
    fflush(stdout);
}

static void run(void)
{
    struct epoll_event events[EVENTS];
    uint64_t begin = now(), end = begin + seconds * 1000000000ull, tick = begin + 1000000000u, at;
    long before = 0;
    while ((at = now()) < end) {
        uint64_t until = interval && tick < end ? tick : end;
        int count = epoll_wait(epoll, events, EVENTS, at < until ? (until - at) / 1000000 + 1 : 0);
        for (int i = 0; i < count; i++) {
            struct peer *p = events[i].data.ptr;
            if (p->role == CLIENT)
                on_client(p, events[i].events);
            else if (p->role == BACKEND)
                on_backend(p);
            else
                on_listener(p);
        }
        if (interval && now() >= tick) {
            report("second", histogram, requests - before, 1);
            before = requests;
            for (int i = 0; i < BUCKETS; i++)
                total[i] += histogram[i], histogram[i] = 0;
            tick += 1000000000u;
        }
    }
    for (int i = 0; i < BUCKETS; i++)
        total[i] += histogram[i];
    report("all", total, requests, (now() - begin) / 1e9);
}

int main(int argc, char **argv)
{
    int backend = 0;
    for (int option; (option = getopt(argc, argv, "t:b:c:d:s:u:nik")) != -1;) {
        switch (option) {
        case 't': target = atoi(optarg); break;
        case 'b': backend = atoi(optarg); break;
        case 'c': clients = atoi(optarg); break;
        case 'd': seconds = atoi(optarg); break;
        case 's': body = atol(optarg); break;
        case 'u': path = optarg; break;
        case 'n': fresh = 1; break;
        case 'i': interval = 1; break;
        case 'k': keep = 1; break;
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
    for (int i = 0; target && i < clients; i++) {
        struct peer *p = calloc(1, sizeof *p);
        if (!p)
            die("calloc");
        p->role = CLIENT;
        open_client(p);
    }
    run();
    return target && (errors || !requests);
}
