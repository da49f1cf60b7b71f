package io.sozu.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sozu.control.model.CertificateInfo;
import io.sozu.control.model.InvalidConfigException;

/** Takes private keys out of what is shown, wherever they stand in it. */
final class HiddenKeys {
    private static final String SECRET = "PRIVATE KEY-----";

    private HiddenKeys() {
    }

    /** Puts which key it is in place of every private key of a tree. */
    static void hide(final JsonNode node) {
        if (node instanceof final ObjectNode object) {
            final String shown = shown(object.path("certificate").asText());
            object.properties().forEach(field -> {
                if (field.getValue().isTextual() && field.getValue().textValue().contains(SECRET)) {
                    field.setValue(object.textNode(shown));
                }
            });
        }
        node.forEach(HiddenKeys::hide);
    }

    /** Names a key by the certificate it belongs to. */
    private static String shown(final String certificate) {
        try {
            return "(" + CertificateInfo.of("certificate", certificate).keyType() + " key, not shown; SHA-256"
                + " of its public key: " + CertificateInfo.keyFingerprint("certificate", certificate) + ")";
        } catch (final InvalidConfigException e) {
            return "(key, not shown)";
        }
    }
}
