package io.sozu.ctl;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "completion", mixinStandardHelpOptions = true,
    description = "Prints a script that completes this command line in a shell.",
    footerHeading = "%nExample:%n", footer = "  source <(sozuctl completion bash)")
final class CompletionCommand implements Callable<Integer> {
    /** The shells that are known. */
    enum Shell { BASH, ZSH }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh")
    private Shell shell;

    @Override
    public Integer call() {
        // The script loads bash's completion functions itself when zsh reads it.
        spec.commandLine().getOut().println(AutoComplete.bash("sozuctl", spec.root().commandLine()));
        return ExitCode.OK;
    }
}
