package io.sozu.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The proxy as curl sees it. */
@Tag("e2e")
final class CurlTest {
    @RegisterExtension
    static final Stage STAGE = Stage.perClass();
    @TempDir
    private Path directory;

    private static ScriptedBackend backend;
    private static ProxyProcess proxy;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is installed");
        backend = STAGE.backend("b1");
        proxy = STAGE.proxy(ProxyConfig.of(backend));
    }

    @AfterAll
    static void shouldHoldNothingAfterwards() {
        proxy.awaitRest();
    }

    @Test
    void shouldGetAndPostAndHead() throws Exception {
        assertEquals(Served.echo("GET", "/c", new byte[0]), curl("-s", "--http1.1", url("/c")));
        assertEquals(Served.echo("POST", "/c", "a=1".getBytes(ISO_8859_1)),
                curl("-s", "-d", "a=1", url("/c")));
        assertTrue(curl("-s", "-I", url("/c")).startsWith("HTTP/1.1 200 OK\r\n"));
    }

    @Test
    void shouldUploadByChunksAfterPermission() throws Exception {
        backend.on("/up", served -> {
            if (served.head().has("Expect")) {
                served.send("HTTP/1.1 100 Continue\r\n\r\n");
            }
            served.answer();
        });
        final byte[] body = Pattern64.text(3_000_000).getBytes(ISO_8859_1);
        final Path file = Files.write(directory.resolve("body"), body);
        assertEquals(Served.echo("POST", "/up", body), curl("-s", "-H", "Transfer-Encoding: chunked", "-H",
                "Expect: 100-continue", "--data-binary", "@" + file, url("/up")));
        assertArrayEquals(body, backend.only("/up").body());
    }

    @Test
    void shouldDownloadToTheLastByte() throws Exception {
        final String body = Pattern64.text(5_000_000);
        backend.on("/down", served -> served.answer("", body));
        final Path file = directory.resolve("download");
        curl("-s", "-o", file.toString(), url("/down"));
        assertArrayEquals(body.getBytes(ISO_8859_1), Files.readAllBytes(file));
    }

    @Test
    void shouldReuseOneConnectionForSeveralRequests() throws Exception {
        final String verbose = curl("-sv", url("/one"), "--next", "-sv", "-d", "x", url("/two"), "--next",
                "-sv", url("/three"));
        assertTrue(verbose.contains("GET /one 0 0") && verbose.contains("POST /two 1 ")
                && verbose.contains("GET /three 0 0"),
                verbose);
        assertEquals(2, verbose.split("Re-using existing connection").length - 1, verbose);
    }

    @Test
    void shouldServeHttp10() throws Exception {
        assertEquals(Served.echo("GET", "/ten", new byte[0]), curl("-s", "--http1.0", url("/ten")));
    }

    private static String url(final String target) {
        return "http://" + Requests.HOST + ":" + proxy.port() + target;
    }

    private String curl(final String... arguments) throws Exception {
        final List<String> command = new ArrayList<>(List.of("/usr/bin/curl", "--max-time", "20", "--noproxy",
                "*",
                "--resolve", Requests.HOST + ":" + proxy.port() + ":127.0.0.1"));
        command.addAll(List.of(arguments));
        final Path output = directory.resolve("output");
        final Process curl = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        try {
            assertTrue(curl.waitFor(30, TimeUnit.SECONDS), "curl ends");
            final String text = Files.readString(output, ISO_8859_1);
            assertEquals(0, curl.exitValue(), text);
            return text;
        } finally {
            curl.destroyForcibly();
        }
    }
}
