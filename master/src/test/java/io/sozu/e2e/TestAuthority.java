package io.sozu.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An authority that issues certificates of the tests, by the program openssl, into a directory: NAME.pem and
 * NAME.key.
 */
final class TestAuthority {
    private static final String SETTINGS = """
        [ca]
        default_ca = authority
        [authority]
        database = index.txt
        serial = serial
        new_certs_dir = .
        default_md = sha256
        default_days = 2
        default_crl_days = 2
        copy_extensions = copy
        unique_subject = no
        policy = any
        [any]
        commonName = supplied
        """;
    private static final List<String> EC = List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    private static final List<String> RSA = List.of("-newkey", "rsa:2048");

    private final Path directory;
    private final String name;

    /** Makes the authority itself, whose certificate is the file {@link #file}. */
    TestAuthority(final Path directory, final String name) throws IOException {
        this.directory = Files.createDirectories(directory.resolve(name));
        this.name = name;
        Files.writeString(this.directory.resolve("authority.cnf"), SETTINGS);
        Files.createFile(this.directory.resolve("index.txt"));
        Files.writeString(this.directory.resolve("serial"), "01\n");
        final List<String> command = new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", "2", "-subj",
                "/CN=" + name, "-keyout", "ca.key", "-out", "ca.pem"));
        command.addAll(EC);
        openssl(command);
    }

    /** Returns the path of a file. */
    String file(final String fileName) {
        return directory.resolve(fileName).toString();
    }

    /** Returns the text of a file. */
    String text(final String fileName) throws IOException {
        return Files.readString(directory.resolve(fileName));
    }

    /** Returns the text of a file as a string of JSON. */
    String quoted(final String fileName) throws IOException {
        return "\"" + text(fileName).replace("\n", "\\n") + "\"";
    }

    /** Issues a certificate with an ECDSA key for these hosts. */
    TestAuthority issue(final String file, final String... hosts) throws IOException {
        return issue(file, EC, List.of(), hosts);
    }

    /** Issues one with an RSA key. */
    TestAuthority issueRsa(final String file, final String... hosts) throws IOException {
        return issue(file, RSA, List.of(), hosts);
    }

    /** Issues one that was good in January of 2020. */
    TestAuthority issueExpired(final String file, final String... hosts) throws IOException {
        return issue(file, EC, List.of("-startdate", "200101000000Z", "-enddate", "200201000000Z"), hosts);
    }

    private TestAuthority issue(final String file, final List<String> key, final List<String> validity,
            final String... hosts) throws IOException {
        final List<String> request = new ArrayList<>(List.of("req", "-new", "-nodes", "-subj",
                "/CN=" + hosts[0].replace("*", "any"), "-addext",
                "subjectAltName=DNS:" + String.join(",DNS:", hosts), "-keyout", file + ".key", "-out",
                file + ".csr"));
        request.addAll(key);
        openssl(request);
        final List<String> signing = new ArrayList<>(List.of("ca", "-batch", "-notext", "-config",
                "authority.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-in", file + ".csr", "-out",
                file + ".pem"));
        signing.addAll(validity);
        openssl(signing);
        return this;
    }

    /** Revokes certificates; the list of all revoked ones is the file crl.pem. */
    TestAuthority revoke(final String... files) throws IOException {
        for (final String file : files) {
            openssl(List.of("ca", "-config", "authority.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
                    "-revoke", file + ".pem"));
        }
        openssl(List.of("ca", "-config", "authority.cnf", "-cert", "ca.pem", "-keyfile", "ca.key", "-gencrl",
                "-out", "crl.pem"));
        return this;
    }

    private void openssl(final List<String> arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        final Process process = new ProcessBuilder(command).directory(directory.toFile())
                .redirectErrorStream(true).start();
        process.getOutputStream().close();
        final String said = new String(process.getInputStream().readAllBytes());
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(name + ": openssl " + arguments + ": " + said);
            }
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
