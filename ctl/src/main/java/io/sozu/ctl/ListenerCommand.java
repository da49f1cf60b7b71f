package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.Order;
import io.sozu.control.OrderType;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.AnswerPolicy;
import io.sozu.control.model.ForwardedMode;
import io.sozu.control.model.HeaderPolicy;
import io.sozu.control.model.HstsConfig;
import io.sozu.control.model.ListenerConfig;
import io.sozu.control.model.ListenerProtocol;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "listener", description = "Listeners: the sockets that clients connect to.",
    mixinStandardHelpOptions = true,
    subcommands = {ListenerCommand.Http.class, HttpsListenerCommand.class, ListenerCommand.Listing.class})
final class ListenerCommand extends CommandGroup {
    /** The address of a listener. */
    static final class Identity {
        @Option(names = {"-a", "--address"}, required = true, paramLabel = "IP:PORT",
            description = "where it listens, as 0.0.0.0:8080 or [::]:8080")
        private String text;

        String text() {
            return text;
        }

        InetSocketAddress address() {
            return Addresses.parse("address", text);
        }
    }

    @Command(name = "http", description = "HTTP listeners.", mixinStandardHelpOptions = true,
        subcommands = {Add.class, Update.class, Remove.class, Activate.class, Deactivate.class})
    static final class Http extends CommandGroup {
    }

    @Command(name = "add", mixinStandardHelpOptions = true,
        description = "Adds a listener. It opens when it is activated.",
        footerHeading = "%nExample:%n", footer = {"  sozuctl listener http add -a 0.0.0.0:8080",
            "  sozuctl listener http activate -a 0.0.0.0:8080"})
    static sealed class Add extends OrderCommand permits Update, HttpsListenerCommand.Add {
        @Mixin
        private Identity identity;

        @Option(names = "--public-address", paramLabel = "IP:PORT",
            description = "the address that clients know")
        private String publicAddress;

        @Option(names = "--expect-proxy", description = "connections start with a PROXY protocol header")
        private boolean expectProxy;

        @Option(names = "--sticky-name", paramLabel = "NAME",
            defaultValue = ListenerConfig.DEFAULT_STICKY_NAME,
            description = "name of the sticky cookie [${DEFAULT-VALUE}]")
        private String stickyName;

        @Mixin
        private TimeoutOptions timeouts;

        @Option(names = "--forwarded", paramLabel = "MODE", defaultValue = "REPLACE",
            description = "what becomes of Forwarded and X-Forwarded-*: ${COMPLETION-CANDIDATES} "
                + "[${DEFAULT-VALUE}]")
        private ForwardedMode forwarded;

        @Option(names = "--sozu-id-header", paramLabel = "NAME", defaultValue = "Sozu-Id",
            description = "name of the field that carries the id of a request [${DEFAULT-VALUE}]")
        private String sozuIdHeader;

        @Option(names = "--elide-x-real-ip", description = "drop the X-Real-IP that clients send")
        private boolean elideXRealIp;

        @Option(names = "--send-x-real-ip", description = "write our own X-Real-IP")
        private boolean sendXRealIp;

        @Option(names = "--client-cert-prefix", paramLabel = "PREFIX", defaultValue = "",
            description = "how the names of fields about a client's certificate begin, as X-Client-Cert-;"
                + " those that clients send are dropped [none]")
        private String certificatePrefix;

        @Mixin
        private LimitOptions limits;

        @Option(names = "--no-route-status", paramLabel = "STATUS", defaultValue = "404",
            description = "the answer to a request that no frontend takes [${DEFAULT-VALUE}]")
        private int noRouteStatus;

        @Mixin
        private ListenerAdmissionOptions admission;

        Identity identity() {
            return identity;
        }

        /** What browsers are told, null for nothing. */
        HstsConfig hsts() {
            return null;
        }

        @Override
        Order order() {
            return new Order.AddHttpListener(new ListenerConfig(ListenerProtocol.HTTP, identity.address(),
                publicAddress == null ? null : Addresses.parse("public_address", publicAddress), expectProxy,
                stickyName, timeouts.timeouts(),
                new HeaderPolicy(forwarded, sozuIdHeader, elideXRealIp, sendXRealIp, hsts(),
                    certificatePrefix),
                limits.limits(), admission.admission(), new AnswerPolicy(noRouteStatus), false));
        }

        @Override
        String done() {
            return "listener " + identity.text + " added; open it with: listener " + protocol().text()
                + " activate -a " + identity.text;
        }
    }

    @Command(name = "update", mixinStandardHelpOptions = true,
        description = {"Changes what is named of a listener, which stays open with its connections,",
            "and leaves the rest. Values in brackets are what a new one has."},
        footerHeading = "%nExample:%n",
        footer = "  sozuctl listener http update -a 0.0.0.0:8080 --front-timeout 30"
            + " --forwarded append")
    static final class Update extends Add {
        @Override
        Order order() {
            return Named.update(spec(), OrderType.UPDATE_HTTP_LISTENER, super.order(),
                Set.of("address"));
        }

        @Override
        String done() {
            return "listener " + identity().text + " updated";
        }
    }

    @Command(name = "remove", mixinStandardHelpOptions = true,
        description = "Removes a listener and closes it.")
    static final class Remove extends OrderCommand {
        @Mixin
        private Identity identity;

        @Override
        Order order() {
            return new Order.RemoveListener(identity.address(), protocol());
        }

        @Override
        String done() {
            return "listener " + identity.text + " removed";
        }
    }

    @Command(name = "activate", mixinStandardHelpOptions = true, description = "Opens a listener.")
    static final class Activate extends OrderCommand {
        @Mixin
        private Identity identity;

        @Override
        Order order() {
            return new Order.ActivateListener(identity.address(), protocol(), false,
                Order.NO_SLOT);
        }

        @Override
        String done() {
            return "listener " + identity.text + " is open";
        }
    }

    @Command(name = "deactivate", mixinStandardHelpOptions = true,
        description = "Closes a listener; its connections go on until they end.")
    static final class Deactivate extends OrderCommand {
        @Mixin
        private Identity identity;

        @Override
        Order order() {
            return new Order.DeactivateListener(identity.address(), protocol(), false,
                Order.NO_SLOT);
        }

        @Override
        String done() {
            return "listener " + identity.text + " is closed";
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists listeners.")
    static final class Listing extends OrderCommand {
        @Override
        Order order() {
            return new Order.ListListeners();
        }

        @Override
        void show(final JsonNode data, final PrintWriter out) {
            Views.listeners(data).print(out);
        }
    }
}
