package io.sozu.master.state;

import io.sozu.control.model.Addresses;
import io.sozu.control.model.InvalidConfigException;
import io.sozu.control.model.Nearest;
import io.sozu.control.model.Quote;
import io.sozu.control.model.Timeouts;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Reads what the top of the file says about the processes. */
final class SettingsReader {
    private static final int MAX_SOCKET_PATH_BYTES = 107;
    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");
    private final TomlSection top;
    private final Path directory;
    private final Problems problems;

    /**
     * @param directory what relative paths start at
     */
    SettingsReader(final TomlSection top, final Path directory, final Problems problems) {
        this.top = top;
        this.directory = directory;
        this.problems = problems;
    }

    Settings read() {
        top.warnOfIgnored();
        if (top.table("metrics") != null) {
            new TomlSection(top.table("metrics"), top.at("metrics"), ConfigKey.Section.METRICS,
                ConfigKey.Section.METRICS.title(), problems);
        }
        final Timeouts timeouts = top.valid(() -> new Timeouts(top.number("front_timeout"),
            top.number("back_timeout"), top.number("connect_timeout"), top.number("request_timeout"),
            top.number("keepalive_timeout"), top.number("response_timeout")));
        return new Settings(command(), fleet(), limits(), new Settings.Logs(level(), target()),
            timeouts == null ? Timeouts.DEFAULT : timeouts, top.flag("activate_listeners"),
            top.number("resolve_interval"), new Settings.Tls(top.text("ssl_library").isEmpty() ? null
                : path("ssl_library", top.text("ssl_library")), top.number("ticket_key_lifetime"),
                top.number("max_handshakes")));
    }

    private Settings.Command command() {
        final int bufferBytes = top.number("command_buffer_size");
        final int maxBytes = top.number("max_command_buffer_size");
        if (bufferBytes > maxBytes && problems.none()) {
            final String written = top.has("command_buffer_size") ? "command_buffer_size"
                : "max_command_buffer_size";
            problems.error(top.at(written), "'command_buffer_size' is " + bufferBytes
                + ", more than 'max_command_buffer_size', which is " + maxBytes + "; swap or change them");
        }
        final Path socket = path("command_socket", top.text("command_socket"));
        if (socket != null
            && socket.toString().getBytes(StandardCharsets.UTF_8).length > MAX_SOCKET_PATH_BYTES) {
            problems.error(top.at("command_socket"), "'command_socket' is " + Quote.of(socket.toString())
                + ", longer than the " + MAX_SOCKET_PATH_BYTES
                + " bytes of a socket's path; choose a shorter one");
        }
        final Set<Integer> uids = new TreeSet<>(top.numbers("command_allowed_uids"));
        if (top.has("command_allowed_uids") && uids.isEmpty() && problems.none()) {
            problems.error(top.at("command_allowed_uids"),
                "'command_allowed_uids' is empty: nobody could give orders; name a user id or leave the key"
                + " out");
        }
        return new Settings.Command(socket, bufferBytes, maxBytes, Set.copyOf(uids),
            top.number("ctl_command_timeout"));
    }

    private Settings.Fleet fleet() {
        return new Settings.Fleet(top.number("worker_count"), top.flag("spare_worker"),
            top.flag("worker_automatic_restart"),
            top.number("worker_timeout"), top.flag("handle_process_affinity"),
            top.text("pid_file_path").isEmpty() ? null : path("pid_file_path", top.text("pid_file_path")),
            top.number("orphan_grace"), top.number("shutdown_timeout"));
    }

    private Settings.Limits limits() {
        return new Settings.Limits(top.number("max_connections"), top.has("max_connections"),
            top.number("max_buffers"), top.number("buffer_size"), top.flag("evict_on_queue_full"),
            top.number("max_idle_per_backend"),
            top.number("backend_idle_timeout"),
            new Settings.PerIp(top.number("max_connections_per_ip"), top.number("retry_after")));
    }

    /** A filter of Sōzu may name modules; only its level for everything is obeyed. */
    private String level() {
        final String filter = top.text("log_level");
        final String level = filter.split(",", -1)[0].toLowerCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            problems.error(top.at("log_level"), "'log_level' is " + Quote.of(filter) + "; it must be one of "
                + String.join(", ", LEVELS) + Nearest.hint(filter, LEVELS));
            return "info";
        }
        if (filter.indexOf(',') >= 0) {
            problems.warn(top.at("log_level"), "levels for modules are not served yet; 'log_level' is "
                + level
                + " for all");
        }
        return level;
    }

    private String target() {
        final String target = top.text("log_target");
        final int scheme = target.indexOf("://");
        final String rest = target.substring(scheme < 0 ? 0 : scheme + 3);
        switch (scheme < 0 ? target : target.substring(0, scheme)) {
            case "stdout", "stderr" -> {
                if (scheme < 0) {
                    return target;
                }
            }
            case "file" -> {
                final Path file = path("log_target", rest);
                return file == null ? "stdout" : "file://" + file;
            }
            case "udp" -> {
                return udp(target, rest);
            }
            case "tcp", "unix" -> {
                problems.warn(top.at("log_target"), "'log_target' " + Quote.of(target)
                    + " is not served yet; lines go to stdout");
                return "stdout";
            }
            default -> {
            }
        }
        problems.error(top.at("log_target"), "'log_target' is " + Quote.of(target)
            + "; write stdout, stderr, file://PATH or udp://IP:PORT");
        return "stdout";
    }

    private String udp(final String target, final String address) {
        try {
            Addresses.parse("'log_target' is", address);
        } catch (final InvalidConfigException e) {
            problems.error(top.at("log_target"), e.getMessage());
        }
        return target;
    }

    private Path path(final String key, final String text) {
        try {
            if (!text.isEmpty()) {
                return directory.resolve(text).normalize();
            }
            problems.error(top.at(key), "'" + key + "' names no file");
        } catch (final InvalidPathException e) {
            problems.error(top.at(key), "'" + key + "' is " + Quote.of(text) + ", which is no path: "
                + e.getReason());
        }
        return null;
    }
}
