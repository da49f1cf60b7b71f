package io.sozu.bindings.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Makes scripts of calls nobody would think of; their answers are whatever the first kernel says. */
final class RandomScript {
    private static final int MAX_STEPS = 30;
    private static final int MAX_CONNECTIONS = 5;
    private static final List<String> STEPS = List.of("send", "send", "send", "send", "recv", "recv", "recv",
            "recv", "wait", "wait", "wait", "shut", "shut", "close", "error", "add", "add", "mod", "del",
            "peek",
            "peer", "drain", "sendv", "connect");
    private static final List<String> SIZES = List.of("0", "1", "2", "10", "100");

    private final SplittableRandom random;
    private final List<String> lines = new ArrayList<>();
    private final List<String> sockets = new ArrayList<>();
    private final boolean unix;
    private int connections;
    private int accepted;
    private int open;

    private RandomScript(final long seed) {
        random = new SplittableRandom(seed);
        unix = random.nextInt(4) == 0;
    }

    /** Returns the script of a seed. */
    static KernelScript of(final long seed) {
        final RandomScript script = new RandomScript(seed);
        script.write();
        return new KernelScript("random script " + seed, script.lines);
    }

    private void write() {
        final boolean several = !unix && random.nextInt(3) == 0;
        line("epoll p");
        if (unix) {
            line("pair c s");
            sockets.addAll(List.of("c", "s"));
        } else {
            line("listen L 8");
            line("eventfd e");
            connect();
            accept();
        }
        open = 2;
        final int steps = 4 + random.nextInt(MAX_STEPS - 4);
        for (int i = 0; i < steps; i++) {
            if (several && random.nextInt(2) == 0) {
                stepOfMany();
            } else {
                step(pick(sockets));
            }
        }
        line("settle");
        line("wait p");
        line("wait p");
    }

    private void line(final String call) {
        lines.add(call + " => any");
    }

    private String pick(final List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    private void connect() {
        final String name = "c" + ++connections;
        line("socket " + name);
        if (connections > 1 && random.nextInt(3) == 0) {
            line("add p " + name + " " + bits());
        }
        line("connect " + name + " L");
        line("settle");
        sockets.add(name);
    }

    private void accept() {
        final String name = "s" + ++accepted;
        line("accept " + name + " L");
        line("settle");
        sockets.add(name);
    }

    private void stepOfMany() {
        switch (random.nextInt(6)) {
            case 0 -> {
                if (connections < MAX_CONNECTIONS) {
                    connect();
                    open++;
                }
            }
            case 1 -> {
                if (accepted < connections) {
                    accept();
                    open++;
                }
            }
            case 2 -> line(pick(List.of("add", "mod")) + " p " + pick(List.of("L", "e")) + " " + bits());
            case 3 -> line(pick(List.of("count e 1", "count e 5", "take e")));
            default -> line("wait p " + pick(List.of("1", "2", "64")));
        }
    }

    private void step(final String socket) {
        final String step = pick(STEPS);
        switch (step) {
            case "send" -> line("send " + socket + " " + pick(List.of("a", "bcd", "hello", "x".repeat(20))));
            case "sendv" -> line("sendv " + socket + " ab cde");
            case "recv", "peek" -> line(step + " " + socket + " " + pick(SIZES));
            case "wait" -> line("wait p " + pick(List.of("1", "2", "64")));
            case "shut" -> settled("shut " + socket + " " + pick(List.of("wr", "wr", "rd", "rdwr")));
            case "add", "mod" -> line(step + " p " + socket + " " + bits());
            case "del" -> line("del p " + socket);
            case "close" -> close(socket);
            case "connect", "peer" -> {
                if (!unix && socket.startsWith("c")) {
                    settled(step.equals("peer") ? "peer " + socket : "connect " + socket + " L");
                }
            }
            default -> line(step + " " + socket);
        }
    }

    private void close(final String socket) {
        if (open > 1 && random.nextInt(2) == 0) {
            open--;
            settled("close " + socket);
        }
    }

    private void settled(final String call) {
        line(call);
        line("settle");
    }

    private String bits() {
        final List<String> bits = new ArrayList<>();
        for (final String bit : List.of("IN", "OUT", "RDHUP", "ET")) {
            if (random.nextInt(5) > 0) {
                bits.add(bit);
            }
        }
        return bits.isEmpty() || bits.equals(List.of("ET")) ? "IN|ET" : String.join("|", bits);
    }
}
