package io.sozu.control.model;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A routing rule of a listener.
 *
 * @param clusterId the cluster that serves what matches, null to deny it
 * @param tags free text for the access log, sorted by name
 * @param terms what its exchanges are granted in place of what their cluster and listener say
 * @param hsts what browsers are told in place of what its listener says, null where that holds
 */
public record FrontendConfig(FrontendKey key, String clusterId, RulePosition position,
                             Map<String, String> tags, ExchangeTerms terms, HstsConfig hsts) {
    private static final int MAX_TAGS = 64;

    /**
     * Checks the fields.
     *
     * @throws InvalidConfigException naming the field, the value and the cure
     */
    public FrontendConfig {
        if (key == null || position == null || tags == null || terms == null) {
            throw new InvalidConfigException(key == null ? "key" : position == null ? "position"
                : tags == null ? "tags" : "terms", "is missing");
        }
        if (clusterId != null) {
            Texts.id("cluster_id", clusterId);
        }
        if (tags.size() > MAX_TAGS) {
            throw new InvalidConfigException("tags", tags.size() + " are more than " + MAX_TAGS);
        }
        tags.forEach((name, value) -> {
            Texts.id("tags", name);
            Texts.id("tags." + name, value);
        });
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    /** Makes a frontend of which browsers are told what its listener says. */
    public FrontendConfig(final FrontendKey key, final String clusterId, final RulePosition position,
                          final Map<String, String> tags, final ExchangeTerms terms) {
        this(key, clusterId, position, tags, terms, null);
    }

    /** Makes a frontend that says nothing of the terms. */
    public FrontendConfig(final FrontendKey key, final String clusterId, final RulePosition position,
                          final Map<String, String> tags) {
        this(key, clusterId, position, tags, ExchangeTerms.NONE);
    }

    /** Returns whether what matches is refused. */
    public boolean deny() {
        return clusterId == null;
    }
}
