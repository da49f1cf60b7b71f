package io.sozu.master.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sozu.control.JsonText;
import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sound file means. */
final class ConfigFileTest {
    private static final String SOZU = """
        # what a user of Sōzu has
        saved_state = "./state.json"
        log_level = "info,sozu_lib=debug"
        log_target = "stdout"
        command_socket = "./command_folder/sock"
        command_buffer_size = 16384
        max_command_buffer_size = 163840
        worker_count = 2
        worker_automatic_restart = true
        handle_process_affinity = false
        max_connections = 500
        max_buffers = 500
        buffer_size = 16393
        activate_listeners = true
        request_timeout = 12

        [metrics]
        address = "127.0.0.1:8125"
        tagged_metrics = false

        [[listeners]]
        protocol = "http"
        address = "0.0.0.0:8080"
        expect_proxy = false
        back_timeout = 7

        [[listeners]]
        protocol = "https"
        address = "0.0.0.0:8443"
        tls_versions = ["TLS_V12", "TLS_V13"]

        [[listeners]]
        protocol = "tcp"
        address = "0.0.0.0:8081"

        [clusters]

        [clusters.MyCluster]
        protocol = "http"
        load_balancing = "LEAST_LOADED"
        https_redirect = false
        frontends = [
          { address = "0.0.0.0:8080", hostname = "Lolcatho.st", tags = { key = "value" }, path = "/api" },
          { address = "0.0.0.0:8443", hostname = "lolcatho.st", certificate = "ec.pem", key = "ec.key" },
          { address = "0.0.0.0:9080", hostname = "*", path = "^/v[0-9]", path_type = "REGEX" },
          { address = "0.0.0.0:9080", hostname = "/cdn[0-9]+/.example.com" },
          { address = "0.0.0.0:9080", hostname = "*.b", position = "PRE", path_type = "EQUALS", path = "/" },
          { address = "0.0.0.0:9443", hostname = "a.example.com", certificate = "ec.pem", key = "ec.key" },
        ]
        backends = [
          { address = "127.0.0.1:1026" },
          { address = "127.0.0.1:1027", weight = 50, sticky_id = "x", backend_id = "two", backup = true },
        ]

        [clusters.TcpTest]
        protocol = "tcp"
        frontends = [{ address = "0.0.0.0:8081" }]
        backends = [{ address = "127.0.0.1:4000" }]
        """;

    @TempDir
    private Path directory;

    @Test
    void shouldWarnOnceOfEachThingInASozuFileThatHasNoEffect() throws ConfigFileException {
        assertEquals(List.of(
            "F:2:1: key 'saved_state' is not served yet and has no effect",
            "F:3:1: levels for modules are not served yet; 'log_level' is info for all",
            "F:17:1: table 'metrics' is not served yet and has no effect",
            "F:33:1: tcp is not served yet; listener 0.0.0.0:8081 is skipped",
            "F:44:57: 'certificate' 'ec.pem' is for *.b.example.com, 127.0.0.1, a.example.com, not for"
            + " 'lolcatho.st': its clients will get another one, or be refused",
            "F:56:1: tcp is not served yet; cluster 'TcpTest' is skipped"),
            new TomlFiles(directory).withMaterial().warnings(SOZU));
    }

    @Test
    void shouldMakeTheOrdersOfASozuFile() throws ConfigFileException {
        final List<String> orders = new TomlFiles(directory).withMaterial().load(SOZU).orders().stream()
            .map(order -> JsonText.write(OrderJson.toJson(order)).replace('"', '\'')).toList();

        assertEquals(19, orders.size());
        assertTrue(orders.get(0).contains("'front_timeout':60,'back_timeout':7,'connect_timeout':3,"
            + "'request_timeout':12"), orders.get(0));
        assertTrue(orders.get(1).startsWith("{'type':'ADD_HTTPS_LISTENER','data':{'address':'0.0.0.0:8443'"));
        assertTrue(orders.get(2).startsWith("{'type':'ADD_HTTP_LISTENER','data':{'address':'0.0.0.0:9080'"));
        assertTrue(orders.get(2).contains("'request_timeout':12"), orders.get(2));
        assertTrue(orders.get(3).startsWith("{'type':'ADD_HTTPS_LISTENER','data':{'address':'0.0.0.0:9443'"));
        assertTrue(orders.get(4).startsWith("{'type':'ADD_CERTIFICATE','data':{'address':'0.0.0.0:8443'"));
        assertTrue(orders.get(5).startsWith("{'type':'ADD_CERTIFICATE','data':{'address':'0.0.0.0:9443'"));
        assertTrue(orders.get(6).contains("'cluster_id':'MyCluster'"), orders.get(6));
        assertEquals("{'type':'ADD_HTTP_FRONTEND','data':{'route':{'CLUSTER_ID':'MyCluster'},'address':"
            + "'0.0.0.0:8080','hostname':'lolcatho.st','path':{'PREFIX':'/api'},'position':'TREE','tags':"
            + "{'key':'value'}}}", orders.get(7));
        assertTrue(orders.get(8).startsWith("{'type':'ADD_HTTPS_FRONTEND'"), orders.get(8));
        assertEquals("{'type':'ADD_HTTP_FRONTEND','data':{'route':{'CLUSTER_ID':'MyCluster'},'address':"
            + "'0.0.0.0:9080','hostname':'*.b','path':{'EQUALS':'/'},'position':'PRE','tags':{}}}",
            orders.get(11));
        assertTrue(orders.get(9).contains("'hostname':'*','path':{'REGEX':'^/v[0-9]'}"), orders.get(9));
        assertTrue(orders.get(10).contains("'hostname':'/cdn[0-9]+/.example.com'"), orders.get(10));
        assertEquals("{'type':'ADD_BACKEND','data':{'cluster_id':'MyCluster','backend_id':"
            + "'MyCluster-0-127.0.0.1:1026','address':'127.0.0.1:1026',"
            + "'load_balancing_parameters':{'weight':100},'backup':false}}", orders.get(13));
        assertEquals("{'type':'ADD_BACKEND','data':{'cluster_id':'MyCluster','backend_id':'two','address':"
            + "'127.0.0.1:1027','sticky_id':'x','load_balancing_parameters':{'weight':50},'backup':true}}",
            orders.get(14));
        assertTrue(orders.get(15).startsWith("{'type':'ACTIVATE_LISTENER','data':{'address':'0.0.0.0:8080'"));
        assertTrue(orders.get(17).startsWith("{'type':'ACTIVATE_LISTENER','data':{'address':'0.0.0.0:9080'"));
    }

    @Test
    void shouldOpenNothingWhenListenersAreNotToBeActivated() throws ConfigFileException {
        final ConfigFile file = new TomlFiles(directory)
            .load("activate_listeners = false\n" + TomlFiles.SMALLEST);

        assertTrue(file.orders().stream().noneMatch(Order.ActivateListener.class::isInstance));
    }

    @Test
    void shouldHaveDefaultsWhereNothingIsSaid() throws ConfigFileException, IOException {
        final ConfigFile file = new TomlFiles(directory).load("");
        final Settings settings = file.settings();

        assertEquals(List.of(), file.orders());
        assertEquals(List.of(), file.warnings());
        assertEquals(new Settings.Command(directory.resolve("sozu.sock").toAbsolutePath(), 1_000_000,
            2_000_000, Set.of(), 1000), settings.command());
        assertEquals(new Settings.Fleet(2, false, true, 10, false, null, 60, 30), settings.fleet());
        assertEquals(new Settings.Limits(10_000, false, 1000, 16_384, false, 1024, 4), settings.limits());
        assertEquals(new Settings.Logs("info", "stdout"), settings.logs());
    }

    @Test
    void shouldFindPathsBesideTheFileWhereverItIsReadFrom() throws ConfigFileException, IOException {
        final Path nested = Files.createDirectories(directory.resolve("etc"));
        Files.writeString(nested.resolve("c.toml"), """
            command_socket = "../run/sozu.sock"
            pid_file_path = "pid"
            log_target = "file://log/sozu.log"
            """);
        final Path relative = Path.of("").toAbsolutePath()
            .relativize(nested.toAbsolutePath().resolve("c.toml"));

        final Settings settings = ConfigFile.load(relative).settings();

        assertEquals(directory.toAbsolutePath().resolve("run/sozu.sock"), settings.command().socket());
        assertEquals(nested.toAbsolutePath().resolve("pid"), settings.fleet().pidFile());
        assertEquals("file://" + nested.toAbsolutePath().resolve("log/sozu.log"), settings.logs().target());
    }

    @Test
    void shouldTakeTheNameOfAClusterAsItIsQuoted() throws ConfigFileException {
        final ConfigFile file = new TomlFiles(directory)
            .load("[clusters.\"my.site\"]\nprotocol = \"http\"\n");

        assertEquals("my.site", ((Order.AddCluster) file.orders().getFirst()).cluster().clusterId());
    }

    @Test
    void shouldUseOneImplicitListenerForAllItsFrontends() throws ConfigFileException {
        final ConfigFile file = new TomlFiles(directory).load("""
            front_timeout = 5
            [clusters.a]
            protocol = "http"
            frontends = [
              { address = "[::1]:80", hostname = "a" },
              { address = "[::1]:80", hostname = "b" },
            ]
            """);

        final List<Order.AddHttpListener> listeners = file.orders().stream()
            .filter(Order.AddHttpListener.class::isInstance).map(Order.AddHttpListener.class::cast).toList();
        assertEquals(1, listeners.size());
        assertEquals(5, listeners.getFirst().listener().timeouts().frontSeconds());
    }
}
