/** The processes: assembles a worker, keeps a fleet of them, obeys the control language. */
module io.sozu.master {
    requires io.sozu.protocols;
    requires io.sozu.ctl;
    requires com.fasterxml.jackson.databind;
    requires org.tomlj;
    requires jdk.httpserver;
}
