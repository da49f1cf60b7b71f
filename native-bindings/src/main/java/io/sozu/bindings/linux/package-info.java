/** Linux system calls: results are {@code >= 0} or {@code -errno}, pointers are {@code long}. */
package io.sozu.bindings.linux;
