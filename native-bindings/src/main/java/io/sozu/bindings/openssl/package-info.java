/** OpenSSL's libssl and libcrypto, found when they are first needed and called without a wrapper. */
package io.sozu.bindings.openssl;
