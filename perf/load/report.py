"""Makes a table (Markdown) and a chart (SVG) of what compare.sh measured.

    report.py results.tsv DIRECTORY

A line of the results is: row, proxy, round, name, value. The report goes to standard output and to DIRECTORY.
"""
import collections
import statistics
import sys

NAMES = {
    "jvm": "this",
    "limits": "this with limits",
    "sticky": "this with limits and sticky sessions",
    "hosts": "this with 10 000 hosts more",
    "regex": "this with 100 regular expressions",
    "spare": "this with a spare worker",
    "ticket": "this with one ticket",
    "haproxy": "HAProxy",
    "haproxycache": "HAProxy with its cache of sessions",
    "nginx": "nginx",
    "sozu": "Sōzu",
}
COLOURS = {
    "jvm": "#1f6feb",
    "limits": "#54aeff",
    "sticky": "#80ccff",
    "hosts": "#54aeff",
    "regex": "#80ccff",
    "spare": "#80ccff",
    "ticket": "#80ccff",
    "haproxy": "#8250df",
    "haproxycache": "#c297ff",
    "nginx": "#2da44e",
    "sozu": "#bf8700",
}
TRAFFIC = {
    "keepalive-64": "small, kept connections, 64 clients",
    "keepalive-path": "small, a longer path, kept connections, 64 clients",
    "keepalive-512": "small, kept connections, 512 clients",
    "size-10k": "10 KB, 64 clients",
    "new-connection": "new connection each, 64 clients",
    "connection-rate": "8 000 new connections a second",
    "size-1m": "1 MB, 64 clients",
    "tls-small": "TLS, small, kept connections, 64 clients",
    "tls-full": "TLS, full handshake each, 64 clients",
    "tls-resumed": "TLS, resumed handshake each, 64 clients",
    "tls-1m": "TLS, 1 MB, 64 clients",
}


def read(path):
    """Returns values by row, proxy, name and round."""
    values = collections.defaultdict(dict)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            row, proxy, turn, name, value = line.rstrip("\n").split("\t")
            values[row, proxy, name][int(turn)] = value
    return values


class Report:
    def __init__(self, values):
        self.values = values
        self.proxies = [p for p in NAMES if (("version", p, "version")) in values]

    def numbers(self, row, proxy, name):
        return {turn: float(v) for turn, v in self.values.get((row, proxy, name), {}).items()}

    def median(self, row, proxy, name):
        numbers = self.numbers(row, proxy, name).values()
        return statistics.median(numbers) if numbers else None

    def ratio(self, row, peer, name="cpu_us"):
        """The median of the ratios of this to a peer within each round."""
        ours, theirs = self.numbers(row, "jvm", name), self.numbers(row, peer, name)
        ratios = [ours[turn] / theirs[turn] for turn in ours if theirs.get(turn)]
        return statistics.median(ratios) if ratios else None

    def markdown(self):
        machine = {name: self.values[row, proxy, name][0] for row, proxy, name in self.values if row == "machine"}
        versions = ", ".join(self.values["version", p, "version"][0] for p in self.proxies)
        libraries = [(p, self.values["version", p, "ssl"][0]) for p in self.proxies
                     if ("version", p, "ssl") in self.values]
        yield (f"{machine['date']}, {machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']}: {versions}."
               f" {machine['rounds']} interleaved rounds of {machine['seconds']} s; medians, in brackets the spread.")
        if libraries:
            yield ""
            yield "TLS by: " + ", ".join(f"{NAMES[p]} {library}" for p, library in libraries) + "."
        yield ""
        yield ("| traffic | proxy | CPU µs per request | user + system | ratio to ours | requests/s | p50 ms | p99 ms"
               " | RSS MB | PSS MB | system calls | load's CPU % |")
        yield "|---|---|---|---|---|---|---|---|---|---|---|---|"
        for row, text in TRAFFIC.items():
            for proxy in self.proxies:
                if self.numbers(row, proxy, "cpu_us"):
                    yield self.line(row, text, proxy)
                    text = ""
        yield from self.rest()

    def line(self, row, text, proxy):
        def number(name, digits, scale=1.0):
            value = self.median(row, proxy, name)
            return "–" if value is None else f"{value * scale:.{digits}f}"
        cpu = self.numbers(row, proxy, "cpu_us").values()
        ratio = self.ratio(row, proxy)
        return (f"| {text} | {NAMES[proxy]} | {number('cpu_us', 2)} ({min(cpu):.2f}–{max(cpu):.2f}) |"
                f" {number('user_us', 2)} + {number('system_us', 2)} |"
                f" {'' if proxy == 'jvm' or ratio is None else f'**{ratio:.2f}**'} | {number('requests_per_s', 0)} |"
                f" {number('p50_us', 2, 1e-3)} | {number('p99_us', 2, 1e-3)} | {number('rss_kb', 0, 1 / 1024)} |"
                f" {number('pss_kb', 0, 1 / 1024)} | {number('calls', 2)} | {number('load_percent', 0)} |")

    def rest(self):
        for row in TRAFFIC:
            for proxy in self.proxies:
                errors = sum(self.numbers(row, proxy, "errors").values())
                if errors:
                    yield ""
                    yield f"{NAMES[proxy]} failed {errors:.0f} requests of: {TRAFFIC[row]}."
        yield from self.handshakes()
        for row, text in (("idle", "8 000 idle kept connections"), ("tls-idle", "8 000 idle kept TLS connections")):
            idle = [(p, self.median(row, p, "bytes_each")) for p in self.proxies]
            if any(value is not None for _, value in idle):
                yield ""
                yield f"Resident bytes of each of {text}: " + ", ".join(
                    f"{NAMES[p]} {value:.0f}" for p, value in idle if value is not None) + "."
        if any(row in ("start", "restart") for row, _, _ in self.values):
            yield ""
            yield "| seconds after | " + " | ".join(str(second) for second in range(1, 11)) + " |"
            yield "|---|" + "---|" * 10
            for row, text in (("start", "start"), ("restart", "`kill -9` of its worker")):
                for proxy in self.proxies:
                    rates = self.numbers(row, proxy, "requests_per_s")
                    late = self.numbers(row, proxy, "p99_us")
                    if rates:
                        yield f"| {NAMES[proxy]}, {text}: requests/s (p99 ms) | " + " | ".join(
                            f"{rates.get(s, 0):.0f} ({late.get(s, 0) / 1000:.2f})" for s in range(1, 11)) + " |"
        for proxy in self.proxies:
            first = self.numbers("restart", proxy, "first_answer_ms").values()
            if first:
                yield ""
                yield (f"From `kill -9` of the worker to the first answer after it, {NAMES[proxy]}: "
                       + ", ".join(f"{value:.0f}" for value in first) + " ms.")

    def handshakes(self):
        """Tells which share of the handshakes resumed, and of connections that did not end as they should."""
        def share(row, proxy, name):
            return 100 * sum(self.numbers(row, proxy, name).values()) / made[proxy]
        for row in ("tls-full", "tls-resumed"):
            made = {p: sum(self.numbers(row, p, "handshakes").values()) for p in self.proxies}
            made = {proxy: count for proxy, count in made.items() if count}
            if made:
                yield ""
                yield f"Resumed of {TRAFFIC[row]}: " + ", ".join(
                    f"{NAMES[p]} {share(row, p, 'resumed'):.1f} %" for p in made) + "."
            for proxy in made:
                if share(row, proxy, "unclean"):
                    yield ""
                    yield (f"{NAMES[proxy]} ended {share(row, proxy, 'unclean'):.1f} % of its connections without a"
                           f" close_notify: {TRAFFIC[row]}.")

    def svg(self):
        """Bars of CPU time per request, each kind of traffic to a scale of its own: the dearest is full width."""
        rows = [row for row in TRAFFIC if self.numbers(row, "jvm", "cpu_us")]
        bar, gap, left, width = 18, 26, 110, 560
        height = 30 + len(rows) * (len(self.proxies) * bar + gap)
        yield (f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 110}" height="{height}"'
               ' font-family="sans-serif" font-size="12" role="img">')
        yield "<title>CPU time per request, in microseconds; shorter is better</title>"
        yield '<rect width="100%" height="100%" fill="white"/>'
        y = 20
        for row in rows:
            yield f'<text x="8" y="{y}" font-weight="bold">{TRAFFIC[row]}: CPU µs per request</text>'
            y += 8
            cpu = {p: self.median(row, p, "cpu_us") for p in self.proxies}
            most = max(value for value in cpu.values() if value)
            for proxy, value in cpu.items():
                if value:
                    yield f'<text x="{left - 8}" y="{y + 13}" text-anchor="end">{NAMES[proxy]}</text>'
                    yield (f'<rect x="{left}" y="{y + 2}" width="{value / most * width:.1f}" height="{bar - 4}"'
                           f' fill="{COLOURS[proxy]}"/>')
                    yield f'<text x="{left + value / most * width + 6:.1f}" y="{y + 13}">{value:.1f}</text>'
                    y += bar
            y += gap - 8
        yield "</svg>"


def main():
    report = Report(read(sys.argv[1]))
    text = "\n".join(report.markdown())
    print(text)
    for name, lines in (("report.md", [text]), ("report.svg", report.svg())):
        with open(f"{sys.argv[2]}/{name}", "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


main()
