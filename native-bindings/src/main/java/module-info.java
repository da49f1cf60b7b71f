/** The only module that links to C: the kernel's calls and OpenSSL's, in Java types. */
module io.sozu.bindings {
    exports io.sozu.bindings.memory;
    exports io.sozu.bindings.linux;
    exports io.sozu.bindings.openssl;
}
