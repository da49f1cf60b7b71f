package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.Order;
import io.sozu.control.model.Addresses;
import io.sozu.control.model.CertificateConfig;
import io.sozu.control.model.CertificateInfo;
import io.sozu.control.model.CertificateMaterial;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "certificate", description = "Certificates: what HTTPS listeners show to clients.",
    mixinStandardHelpOptions = true,
    subcommands = {CertificateCommand.Add.class, CertificateCommand.Replace.class,
        CertificateCommand.Remove.class, CertificateCommand.Listing.class})
final class CertificateCommand extends CommandGroup {
    /** The listener. */
    static final class Listener {
        @Option(names = {"-a", "--address"}, required = true, paramLabel = "IP:PORT",
            description = "address of its listener")
        private String text;

        InetSocketAddress address() {
            return Addresses.parse("address", text);
        }
    }

    /** What is the same for every certificate that comes. */
    static final class Settings {
        @Option(names = "--names", paramLabel = "NAME", split = ",",
            description = "the hosts it is served for, in place of its own")
        private List<String> names = List.of();

        @Option(names = "--expired-at", paramLabel = "SECONDS", description = "until when, in seconds since"
            + " 1970, it is preferred to others of the same name, in place of its own end")
        private Long expiredAt;

        @Option(names = "--ocsp-file", paramLabel = "FILE",
            description = "where the proxy finds what its authority says of it")
        private Path ocspFile;

        CertificateConfig certificate(final Listener listener, final String prefix, final Path certificate,
                                      final Path chain, final Path key) {
            final String chainText = PemFiles.text("--" + prefix + "certificate-chain", chain);
            return new CertificateConfig(listener.address(), CertificateMaterial.of(
                PemFiles.text("--" + prefix + "certificate", certificate),
                chainText == null ? List.of() : List.of(chainText), PemFiles.text("--" + prefix + "key", key),
                ocspFile == null ? null : ocspFile.toAbsolutePath().normalize().toString()), names,
                    expiredAt);
        }
    }

    @Command(name = "add", mixinStandardHelpOptions = true,
        description = "Adds a certificate to a listener; one that it has already makes no difference.",
        footerHeading = "%nExample:%n",
        footer = "  sozuctl certificate add -a 0.0.0.0:8443 --certificate fullchain.pem --key key.pem")
    static final class Add extends OrderCommand {
        @Mixin
        private Listener listener;

        @Option(names = "--certificate", required = true, paramLabel = "FILE",
            description = "the certificate as PEM, perhaps with its chain behind it")
        private Path certificate;

        @Option(names = "--certificate-chain", paramLabel = "FILE", description = "its chain, as PEM")
        private Path chain;

        @Option(names = "--key", required = true, paramLabel = "FILE",
            description = "its private key, as PEM")
        private Path key;

        @Mixin
        private Settings settings;

        @Override
        Order order() {
            return new Order.AddCertificate(settings.certificate(listener, "", certificate, chain, key));
        }

        @Override
        String done() {
            return "certificate added";
        }
    }

    /** A certificate that is there, by its fingerprint or by its file. */
    static final class Known {
        @Option(names = {"--fingerprint", "--old-fingerprint"}, paramLabel = "HEX",
            description = "its SHA-256, as the list shows it")
        private String fingerprint;

        @Option(names = {"--certificate", "--old-certificate"}, paramLabel = "FILE",
            description = "the certificate itself, as PEM")
        private Path certificate;

        String fingerprint() {
            return fingerprint != null ? CertificateInfo.fingerprint("fingerprint", fingerprint)
                : CertificateInfo.of("certificate", PemFiles.text("--certificate", certificate))
                    .fingerprint();
        }
    }

    @Command(name = "replace", mixinStandardHelpOptions = true,
        description = "Adds a certificate and removes another one, in one step.",
        footerHeading = "%nExample:%n",
        footer = "  sozuctl certificate replace -a 0.0.0.0:8443 --new-certificate new.pem --new-key new.key"
            + " --old-certificate old.pem")
    static final class Replace extends OrderCommand {
        @Mixin
        private Listener listener;

        @Option(names = "--new-certificate", required = true, paramLabel = "FILE",
            description = "the certificate as PEM, perhaps with its chain behind it")
        private Path certificate;

        @Option(names = "--new-certificate-chain", paramLabel = "FILE", description = "its chain, as PEM")
        private Path chain;

        @Option(names = "--new-key", required = true, paramLabel = "FILE",
            description = "its private key, as PEM")
        private Path key;

        @ArgGroup(multiplicity = "1")
        private Known old;

        @Mixin
        private Settings settings;

        @Override
        Order order() {
            return new Order.ReplaceCertificate(settings.certificate(listener, "new-", certificate, chain,
                key), old.fingerprint());
        }

        @Override
        String done() {
            return "certificate replaced";
        }
    }

    @Command(name = "remove", mixinStandardHelpOptions = true,
        description = "Removes a certificate; connections that have it go on.",
        footerHeading = "%nExample:%n",
        footer = "  sozuctl certificate remove -a 0.0.0.0:8443 --certificate old.pem")
    static final class Remove extends OrderCommand {
        @Mixin
        private Listener listener;

        @ArgGroup(multiplicity = "1")
        private Known known;

        @Override
        Order order() {
            return new Order.RemoveCertificate(listener.address(), known.fingerprint());
        }

        @Override
        String done() {
            return "certificate removed";
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true,
        description = "Lists certificates, with the days until they expire.")
    static final class Listing extends OrderCommand {
        @Option(names = {"-d", "--domain"}, paramLabel = "HOST", description = "those for this host")
        private String domain;

        @Option(names = {"-f", "--fingerprint"}, paramLabel = "HEX", description = "this one")
        private String fingerprint;

        @Option(names = {"-w", "--workers"}, description = "what each worker serves, not what is configured")
        private boolean workers;

        @Override
        Order order() {
            return new Order.ListCertificates(workers, domain, fingerprint == null ? null
                : CertificateInfo.fingerprint("fingerprint", fingerprint));
        }

        @Override
        void show(final JsonNode data, final PrintWriter out) {
            CertificateViews.table(data, workers, System.currentTimeMillis() / 1000).print(out);
        }
    }
}
