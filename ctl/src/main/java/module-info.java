/** How an operator speaks: the control language and the command line. */
module io.sozu.ctl {
    requires transitive com.fasterxml.jackson.databind;
    requires info.picocli;

    exports io.sozu.control;
    exports io.sozu.control.model;

    opens io.sozu.ctl to info.picocli;
}
