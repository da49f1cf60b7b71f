/** Native memory: allocated with a tag, accounted per tag, read and written by raw address. */
package io.sozu.bindings.memory;
