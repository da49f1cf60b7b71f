package io.sozu.master;

import io.sozu.bindings.openssl.OpenSsl;
import io.sozu.bindings.openssl.OpenSslException;
import io.sozu.master.state.ConfigFile;
import io.sozu.master.state.ConfigFileException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Entry of the master: {@code start -c FILE} runs the proxy, {@code check -c FILE} reads its configuration
 * only. The launchers call {@code rehearse} too, and {@code library} for the version of OpenSSL.
 *
 * <p>Exit codes: 0 it ended as it was told to, or the file is good; 1 it could not start; 2 the command line
 * or the configuration is wrong. Errors go to stderr, one line each.
 */
public final class MasterMain {
    static final int FAILED = 1;
    static final int WRONG = 2;
    private static final String USAGE = "usage: sozu start -c FILE | sozu check -c FILE";

    private MasterMain() {
    }

    public static void main(final String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(final List<String> arguments) {
        final String command = arguments.isEmpty() ? "" : arguments.getFirst();
        if (arguments.equals(List.of("rehearse"))) {
            return Rehearsal.run();
        }
        if (arguments.equals(List.of("library"))) {
            return library();
        }
        if (!command.equals("start") && !command.equals("check")) {
            return wrong(command.isEmpty() ? USAGE : "no such command: " + command + "; " + USAGE);
        }
        final String file = file(arguments.subList(1, arguments.size()));
        if (file == null) {
            return wrong(USAGE);
        }
        final ConfigFile config;
        try {
            config = ConfigFile.load(Path.of(file));
        } catch (final ConfigFileException e) {
            e.problems().forEach(MasterMain::wrong);
            return WRONG;
        } catch (final InvalidPathException e) {
            return wrong(file + ": this is no path: " + e.getReason());
        }
        return command.equals("check") ? check(file, config) : start(Path.of(file), config);
    }

    private static int library() {
        try {
            final OpenSsl found = OpenSsl.get();
            System.out.println(found.version() + " (" + found.library() + ")");
            return 0;
        } catch (final OpenSslException e) {
            System.err.println("sozu: " + e.getMessage());
            return FAILED;
        }
    }

    /**
     * Returns the file named by {@code -c FILE}, {@code --config FILE} or {@code --config=FILE}, else null.
     */
    private static String file(final List<String> options) {
        if (options.size() == 2 && (options.getFirst().equals("-c")
                || options.getFirst().equals("--config"))) {
            return options.getLast();
        }
        final String prefix = "--config=";
        return options.size() == 1 && options.getFirst().startsWith(prefix)
                ? options.getFirst().substring(prefix.length()) : null;
    }

    private static int check(final String file, final ConfigFile config) {
        config.warnings().forEach(each -> System.err.println("sozu: warning: " + each));
        System.out.println(file + " is good: " + config.orders().size() + " orders");
        return 0;
    }

    private static int start(final Path file, final ConfigFile config) {
        try (Master master = new Master(file, config)) {
            return master.run();
        } catch (final StartException e) {
            System.err.println("sozu: " + e.getMessage());
            return FAILED;
        }
    }

    private static int wrong(final String line) {
        System.err.println("sozu: " + line);
        return WRONG;
    }
}
