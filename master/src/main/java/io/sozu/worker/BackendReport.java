package io.sozu.worker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.sessions.cluster.Backend;
import io.sozu.sessions.cluster.BackendPhase;
import io.sozu.sessions.cluster.Clusters;

/** What a worker says of its backends when it is asked. Control path. */
final class BackendReport {
    private BackendReport() {
    }

    /** Lists the backends that are in use, or not as they should be; of most there is nothing to say. */
    static ArrayNode of(final Clusters clusters, final String clusterId, final long nowNanos) {
        final ArrayNode report = JsonNodeFactory.instance.arrayNode();
        for (int index = 0; index < clusters.backendIndexes(); index++) {
            final Backend backend = clusters.backend(index);
            if (backend != null && (clusterId == null || clusterId.equals(backend.cluster().id()))) {
                final ObjectNode entry = entry(backend, nowNanos);
                if (!entry.isEmpty()) {
                    report.add(entry.put("cluster_id", backend.cluster().id())
                            .put("backend_id", backend.id()).put("address", backend.address().toString()));
                }
            }
        }
        return report;
    }

    private static ObjectNode entry(final Backend backend, final long nowNanos) {
        final ObjectNode entry = JsonNodeFactory.instance.objectNode();
        put(entry, "connections", backend.openConnections());
        put(entry, "active_requests", backend.activeExchanges());
        put(entry, "draining", backend.phase() == BackendPhase.NORMAL ? 0 : 1);
        put(entry, "ejected", backend.ejection().isEjected(nowNanos) ? 1 : 0);
        put(entry, "down", backend.health().isDown() ? 1 : 0);
        put(entry, "starting", backend.isStarting() ? 1 : 0);
        return entry;
    }

    private static void put(final ObjectNode entry, final String name, final int value) {
        if (value != 0) {
            entry.put(name, value);
        }
    }
}
