/** Numbers with machine, command and date. */
module io.sozu.perf {
    requires io.sozu.master;
}
