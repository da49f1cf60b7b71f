/** How an operator speaks: the control language and the command line. */
module io.sozu.ctl {
    requires com.fasterxml.jackson.databind;
    requires info.picocli;
}
