package io.sozu.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import io.sozu.control.model.CertificateConfig;
import java.util.ArrayList;
import java.util.List;

/** Certificates as a table. */
final class CertificateViews {
    private static final long DAY_SECONDS = 86_400;

    private CertificateViews() {
    }

    /**
     * Returns a row for each certificate, of each worker where those were asked.
     *
     * @param nowSeconds since 1970
     */
    static Table table(final JsonNode data, final boolean workers, final long nowSeconds) {
        final Table table = workers ? new Table("WORKER", "LISTENER", "NAMES", "KEY", "EXPIRES",
            "FINGERPRINT")
            : new Table("LISTENER", "NAMES", "KEY", "EXPIRES", "FINGERPRINT");
        if (data == null) {
            return table;
        }
        for (final JsonNode node : data) {
            if (!workers) {
                table.row(cells(node, nowSeconds).toArray(String[]::new));
                continue;
            }
            for (final JsonNode certificate : node.path("certificates")) {
                final List<String> cells = cells(certificate, nowSeconds);
                cells.addFirst(Table.text(node.path("worker")));
                table.row(cells.toArray(String[]::new));
            }
        }
        return table;
    }

    private static List<String> cells(final JsonNode certificate, final long nowSeconds) {
        final List<String> names = new ArrayList<>();
        certificate.path("names").forEach(name -> names.add(name.asText()));
        return new ArrayList<>(List.of(Table.text(certificate.path("address"))
            + (certificate.path("default").asBoolean() ? " (default)" : ""),
            names.isEmpty() ? "-" : String.join(" ", names), Table.text(certificate.path("key_type")),
            expiry(certificate.path("not_after").asLong(), nowSeconds),
            Table.text(certificate.path("fingerprint"))));
    }

    /** The day, and how many are left. */
    private static String expiry(final long seconds, final long nowSeconds) {
        final long days = Math.floorDiv(seconds - nowSeconds, DAY_SECONDS);
        final String when = seconds < nowSeconds ? "EXPIRED" : days == 1 ? "1 day" : days + " days";
        return CertificateConfig.date(seconds) + " (" + when + ")";
    }
}
