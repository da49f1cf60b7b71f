/** What all HTTP versions share: methods, statuses, fields, heads, generated answers. */
package io.sozu.protocols.http;
