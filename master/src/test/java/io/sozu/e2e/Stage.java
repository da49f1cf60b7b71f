package io.sozu.e2e;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Owns what a test starts: backends and proxies are stopped in reverse order after the test (or, registered
 * as a static field, after the class), and their output is printed when a test failed.
 */
final class Stage implements AfterTestExecutionCallback, AfterEachCallback, AfterAllCallback {
    private final boolean perClass;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final List<ProxyProcess> proxies = new ArrayList<>();

    private Stage(final boolean perClass) {
        this.perClass = perClass;
    }

    static Stage perTest() {
        return new Stage(false);
    }

    static Stage perClass() {
        return new Stage(true);
    }

    <T extends AutoCloseable> T own(final T one) {
        owned.push(one);
        return one;
    }

    ScriptedBackend backend(final String name) throws IOException {
        return own(new ScriptedBackend(name));
    }

    ProxyProcess proxy(final ProxyConfig config) throws IOException {
        return proxy(config, List.of());
    }

    /** As the other, under a command. */
    ProxyProcess proxy(final ProxyConfig config, final List<String> prefix) throws IOException {
        final ProxyProcess proxy = own(ProxyProcess.start(config, prefix));
        proxies.add(proxy);
        return proxy;
    }

    @Override
    public void afterTestExecution(final ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            proxies.forEach(proxy -> System.err.println(context.getDisplayName() + "\n" + proxy.logs()));
        }
    }

    @Override
    public void afterEach(final ExtensionContext context) throws Exception {
        if (!perClass) {
            closeAll();
        }
    }

    @Override
    public void afterAll(final ExtensionContext context) throws Exception {
        closeAll();
    }

    private void closeAll() throws Exception {
        proxies.clear();
        while (!owned.isEmpty()) {
            owned.pop().close();
        }
    }
}
