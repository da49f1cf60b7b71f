package io.sozu.master.fleet;

import io.sozu.bindings.linux.FdMessage;
import io.sozu.bindings.linux.Kernel;
import io.sozu.bindings.linux.Processes;
import io.sozu.channel.ChannelTable;
import io.sozu.eventloop.EventLoop;
import io.sozu.eventloop.log.Log;

/** What the parts of a master stand on, all of one thread. */
public record FleetHost(EventLoop loop, Kernel kernel, Processes processes, FdMessage descriptors,
        ChannelTable channels, Alarms alarms, Log log) {
}
