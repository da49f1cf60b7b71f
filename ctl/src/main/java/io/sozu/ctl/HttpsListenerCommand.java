package io.sozu.ctl;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.Order;
import io.sozu.control.OrderJson;
import io.sozu.control.OrderType;
import io.sozu.control.model.HstsConfig;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "https", description = "HTTPS listeners.", mixinStandardHelpOptions = true,
    subcommands = {HttpsListenerCommand.Add.class, HttpsListenerCommand.Update.class,
        ListenerCommand.Remove.class, ListenerCommand.Activate.class, ListenerCommand.Deactivate.class})
final class HttpsListenerCommand extends CommandGroup {
    @Command(name = "add", mixinStandardHelpOptions = true,
        description = "Adds a listener. It opens when it is activated.",
        footerHeading = "%nExample:%n",
        footer = {"  sozuctl listener https add -a 0.0.0.0:8443 --certificate fullchain.pem --key key.pem",
            "  sozuctl listener https activate -a 0.0.0.0:8443"})
    static sealed class Add extends ListenerCommand.Add permits Update {
        @Mixin
        private TlsOptions tls;

        @Mixin
        private HstsOptions hsts;

        @Override
        HstsConfig hsts() {
            return hsts.config();
        }

        /** Returns the fields of an order that adds it: all of HTTP, and those of TLS that are given. */
        ObjectNode data() {
            final ObjectNode data = (ObjectNode) OrderJson.toJson(super.order()).get("data");
            data.remove("active");
            tls.addTo(data);
            return data;
        }

        @Override
        Order order() {
            return Named.order(OrderType.ADD_HTTPS_LISTENER, data());
        }
    }

    @Command(name = "update", mixinStandardHelpOptions = true,
        description = {"Changes what is named of a listener, which stays open with its connections,",
            "and leaves the rest. Values in brackets are what a new one has."},
        footerHeading = "%nExample:%n",
        footer = "  sozuctl listener https update -a 0.0.0.0:8443 --certificate new.pem --key new.key")
    static final class Update extends Add {
        @Override
        Order order() {
            return Named.update(spec(), OrderType.UPDATE_HTTPS_LISTENER, data(), Set.of("address"));
        }

        @Override
        String done() {
            return "listener " + identity().text() + " updated";
        }
    }
}
