/** Clusters, their backends, and the choice among them. */
package io.sozu.sessions.cluster;
