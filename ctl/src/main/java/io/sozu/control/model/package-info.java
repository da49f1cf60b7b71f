/** Validated records of the configuration: a record that exists is sound by itself. */
package io.sozu.control.model;
