package io.sozu.ctl;

import io.sozu.control.model.BackendTls;
import io.sozu.control.model.CertificateMaterial;
import io.sozu.control.model.InvalidConfigException;
import io.sozu.control.model.TlsVersion;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** How backends are spoken to by TLS, as options, which are one setting together. */
final class BackendTlsOptions {
    /** The options, but for the one that says whether. */
    private static final String PREFIX = "--backend-tls-";

    @Option(names = "--backend-tls", paramLabel = "true|false", arity = "0..1", fallbackValue = "true",
        description = {"whether its backends are spoken to by TLS [false]; it and the options that",
            "begin with it change together"})
    private Boolean enabled;

    @Option(names = PREFIX + "verify", paramLabel = "true|false", arity = "0..1", fallbackValue = "true",
        description = "whether certificates have to be good and for the right name [true]")
    private Boolean verify;

    @Option(names = PREFIX + "ca", paramLabel = "FILE",
        description = "the authorities that vouch for backends, as PEM [those the system believes]")
    private Path authorities;

    @Option(names = PREFIX + "server-name", paramLabel = "HOST",
        description = "host that is asked for, and certificates have to be for [that of the address]")
    private String serverName;

    @Option(names = PREFIX + "versions", paramLabel = "NAME,...", split = ",",
        description = "TLS_V12, TLS_V13 [both]")
    private List<String> versions;

    @Option(names = PREFIX + "certificate", paramLabel = "FILE",
        description = "certificate for backends that ask for one, perhaps with its chain behind it")
    private Path certificate;

    @Option(names = PREFIX + "key", paramLabel = "FILE", description = "its private key, as PEM")
    private Path key;

    /** Returns what is said, null where nothing is. */
    BackendTls tls() {
        final boolean said = verify != null || authorities != null || serverName != null || versions != null
            || certificate != null || key != null;
        if (said && Boolean.FALSE.equals(enabled)) {
            throw new IllegalArgumentException("--backend-tls=false takes no " + PREFIX + "...");
        }
        if (!said && !Boolean.TRUE.equals(enabled)) {
            return null;
        }
        try {
            return new BackendTls(verify == null || verify, PemFiles.text(PREFIX + "ca", authorities),
                serverName, versions(), certificate == null && key == null ? null
                : CertificateMaterial.of(PemFiles.text(PREFIX + "certificate", certificate), List.of(),
                PemFiles.text(PREFIX + "key", key), null));
        } catch (final InvalidConfigException e) {
            throw new IllegalArgumentException(PREFIX + e.getMessage(), e);
        }
    }

    private Set<TlsVersion> versions() {
        if (versions == null) {
            return BackendTls.DEFAULT.versions();
        }
        final Set<TlsVersion> read = EnumSet.noneOf(TlsVersion.class);
        versions.forEach(word -> read.add(TlsVersion.parse("versions", word.strip())));
        return read;
    }
}
