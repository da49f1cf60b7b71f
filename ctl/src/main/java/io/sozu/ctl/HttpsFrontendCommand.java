package io.sozu.ctl;

import io.sozu.control.OrderType;
import io.sozu.control.model.HstsConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "https", description = "Frontends of HTTPS listeners.", mixinStandardHelpOptions = true,
    subcommands = {HttpsFrontendCommand.Add.class, HttpsFrontendCommand.Update.class,
        FrontendCommand.Remove.class})
final class HttpsFrontendCommand extends CommandGroup {
    @Command(name = "add", mixinStandardHelpOptions = true, description = "Adds a frontend.",
        footerHeading = "%nExamples:%n",
        footer = {"  sozuctl frontend https add -a 0.0.0.0:8443 --hostname example.com -p /api id web",
            "  sozuctl frontend https add -a 0.0.0.0:8443 --hostname example.com --hsts-max-age 31536000"
                + " id web"})
    static sealed class Add extends FrontendCommand.Add permits Update {
        @Mixin
        private HstsOptions hsts;

        @Override
        HstsConfig hsts() {
            return hsts.config();
        }
    }

    @Command(name = "update", mixinStandardHelpOptions = true,
        description = {"Changes what is named of the frontend with this address, host, path, method and",
            "conditions, and leaves the rest. Values in brackets are what a new one has."},
        footerHeading = "%nExamples:%n",
        footer = {"  sozuctl frontend https update -a 0.0.0.0:8443 --hostname example.com --hsts-disabled",
            "  sozuctl frontend https update -a 0.0.0.0:8443 --hostname example.com --hsts-inherited"})
    static final class Update extends Add {
        @Option(names = "--hsts-inherited",
            description = "browsers are told again what holds for the listener")
        private boolean inherited;

        @Override
        HstsConfig hsts() {
            final HstsConfig said = super.hsts();
            if (inherited && said != null) {
                throw new IllegalArgumentException("--hsts-inherited contradicts the other options of HSTS;"
                    + " leave it or them out");
            }
            return said;
        }

        @Override
        OrderType change() {
            return OrderType.UPDATE_HTTPS_FRONTEND;
        }
    }
}
