package io.sozu.master.state;

import io.sozu.control.Order;
import io.sozu.control.OrderException;
import io.sozu.control.OrderUpdates;

/** Turns orders that change some settings into those that give all of them, as the state has them now. */
public final class Updates {
    private Updates() {
    }

    /**
     * Returns the order to obey in place of an update.
     *
     * @throws RefusedException when what it names is not there, or a setting cannot be; nothing has changed
     */
    public static Order.Change change(final ConfigState state, final Order.Update order)
        throws RefusedException {
        try {
            return switch (order) {
                case Order.UpdateCluster o -> {
                    OrderValidator.foundCluster(state, o.clusterId());
                    yield OrderUpdates.change(o, state.cluster(o.clusterId()));
                }
                case Order.UpdateBackend o -> {
                    final BackendKey key = new BackendKey(o.clusterId(), o.backendId(), o.address());
                    OrderValidator.knownBackend(state, key);
                    yield OrderUpdates.change(o, state.backend(key));
                }
                case Order.UpdateHttpFrontend o -> {
                    OrderValidator.knownFrontend(state, o.key(), o.protocol());
                    yield OrderUpdates.change(o, state.frontend(o.key()));
                }
                case Order.UpdateHttpListener o -> {
                    OrderValidator.known(state, o.address(), o.protocol());
                    yield OrderUpdates.change(o, state.listener(o.address()));
                }
            };
        } catch (final OrderException e) {
            throw new RefusedException(e.getMessage());
        }
    }
}
