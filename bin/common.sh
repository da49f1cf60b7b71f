# Found by both launchers: a JDK, Maven, and what they built. POSIX sh; sourced with $home set to the project.

dist=$home/master/target/dist
built=$dist/built
min_java=22

# Warnings of the virtual machine never mix with answers, which are read by programs.
quiet="-XX:+UseSerialGC -XX:-UsePerfData -Xlog:disable -Xlog:all=warning:stderr"

# The master and its workers: no core dumps and no attaching, which would show what passes through.
master_flags="$quiet -XX:-CreateCoredumpOnCrash -XX:+DisableAttachMechanism -XX:+ExitOnOutOfMemoryError -Xmx128m
-XX:ErrorFile=/tmp/sozu-%p.log --enable-native-access=io.sozu.bindings"

# sozuctl lives for a moment: compile little.
ctl_flags="$quiet -XX:TieredStopAtLevel=1 -Xmx64m"
ctl_main=io.sozu.ctl/io.sozu.ctl.CtlMain

say() {
    printf '%s\n' "$*" >&2
}

# Sets java_major and java_version to what the release file of the JDK in $1 says, 0 when there is none.
read_release() {
    java_major=0
    java_version=
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    while IFS='=' read -r name value; do
        case $name in
        JAVA_VERSION)
            value=${value#\"}
            java_version=${value%\"}
            java_major=${java_version%%[.-]*}
            ;;
        esac
    done <"$1/release"
    case $java_major in
    '' | *[!0-9]*) java_major=0 ;;
    esac
}

# Sets java_home, java_major and java_version: JAVA_HOME, then java on the PATH, then the newest in the usual
# places.
find_java() {
    if [ -n "${JAVA_HOME:-}" ] && read_release "$JAVA_HOME" && [ "$java_major" -ge $min_java ]; then
        java_home=$JAVA_HOME
        return
    fi
    on_path=$(command -v java || :)
    if [ -n "$on_path" ]; then
        on_path=$(readlink -f "$on_path")
        on_path=${on_path%/bin/java}
        if read_release "$on_path" && [ "$java_major" -ge $min_java ]; then
            java_home=$on_path
            return
        fi
    fi
    best=0
    java_home=
    for candidate in /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /opt/*jdk*; do
        if read_release "$candidate" && [ "$java_major" -ge $min_java ] && [ "$java_major" -gt $best ]; then
            best=$java_major
            java_home=$candidate
        fi
    done
    if [ -z "$java_home" ]; then
        say "sozu: no JDK $min_java or newer found in JAVA_HOME, on the PATH or in /usr/lib/jvm."
        say "Install one (a package such as openjdk-25-jdk, or a build from https://adoptium.net) or set JAVA_HOME."
        exit 1
    fi
    read_release "$java_home"
}

# Whether a source is newer than what was built from it.
is_stale() {
    [ -f "$built" ] || return 0
    [ -f "$home/pom.xml" ] || return 1
    newer=$(cd "$home" && find pom.xml native-bindings eventloop sessions protocols ctl master \
        -path '*/target' -prune -o -path '*/src/test' -prune -o -type f -newer "$built" -print | head -n 1)
    [ -n "$newer" ]
}

# Builds the jars unless they are there already, and says so in one line.
build_if_needed() {
    is_stale || return 0
    if ! command -v mvn >/dev/null; then
        say "sozu: Maven is needed to build it, and there is no mvn on the PATH. Install the package maven."
        exit 1
    fi
    say "sozu: building what is not built yet; the first time takes a minute or two ..."
    mkdir -p "$home/master/target"
    (
        # Two at once would write the same files.
        if command -v flock >/dev/null; then
            flock 9
        fi
        is_stale || exit 0
        build
        rehearse_ctl 9>&-
    ) 9>"$home/master/target/build.lock"
}

build() {
    log=$home/master/target/build.log
    command -v java >/dev/null || export JAVA_HOME="$java_home"
    # Maven finds a JDK by such a variable even where it runs on another.
    export "JAVA${java_major}_HOME=$java_home"
    cd "$home"
    if ! mvn -q -B -o package -DskipTests -pl master -am >"$log" 2>&1 9>&- \
        && ! mvn -q -B package -DskipTests -pl master -am >"$log" 2>&1 9>&-; then
        tail -n 30 "$log" >&2
        say "sozu: the build failed; all of its output is in $log"
        exit 1
    fi
}

# Sets aot to the option that makes sozuctl start fast, when it was rehearsed with this JDK and these jars. If it was
# not, lets that be done meanwhile, so that the next one starts fast: a cache older than the jars only causes warnings.
use_ctl_rehearsal() {
    aot=
    cache=$dist/aot/$java_version/sozuctl
    if [ ! "$cache.tried" -nt "$built" ]; then
        # Holding its outputs open would keep a caller waiting that reads them to their end.
        rehearse_ctl >/dev/null 2>&1 </dev/null &
        return 0
    fi
    if [ -f "$cache.aot" ]; then
        aot="-XX:AOTCache=$cache.aot"
    elif [ -f "$cache.jsa" ]; then
        aot="-XX:SharedArchiveFile=$cache.jsa"
        ctl_flags="$ctl_flags -Xlog:cds=off:stderr"
    fi
}

# Records what sozuctl loads, once for each JDK and build.
rehearse_ctl() {
    cache=$dist/aot/$java_version/sozuctl
    mkdir -p "$dist/aot/$java_version" 2>/dev/null || return 0
    : >"$cache.tried" || return 0
    rm -f "$cache.aot" "$cache.jsa"
    set -- $ctl_flags --module-path "$dist/lib" -m $ctl_main rehearse
    if [ "$java_major" -ge 25 ]; then
        "$java_home/bin/java" -XX:AOTCacheOutput="$cache.aot.new" "$@"
    elif [ "$java_major" -eq 24 ]; then
        "$java_home/bin/java" -XX:AOTMode=record -XX:AOTConfiguration="$cache.conf" "$@" \
            && "$java_home/bin/java" -XX:AOTMode=create -XX:AOTConfiguration="$cache.conf" \
                -XX:AOTCache="$cache.aot.new" "$@"
    else
        "$java_home/bin/java" -XX:ArchiveClassesAtExit="$cache.jsa.new" "$@"
    fi >"$cache.log" 2>&1 </dev/null || return 0
    for new in "$cache".*.new; do
        mv "$new" "${new%.new}"
    done
}

# Runs class $1 of the demonstration with the arguments after it, in place of this shell when $as is exec.
as=
run_demo() {
    demo_main=$1
    shift
    $as "$java_home/bin/java" $quiet -Xmx64m "-Dsozu.demo.flags=$master_flags" ${aot_worker:+"$aot_worker"} \
        "-Dsozu.ctl=${0%/*}/sozuctl" --module-path "$code" -m "io.sozu.master/io.sozu.demo.$demo_main" "$@"
}

# Sets code to the module path of the master, and completes its flags.
find_code() {
    code=$dist/lib:$(echo "$home"/master/target/master-*.jar)
    [ "$java_major" -lt 24 ] || master_flags="$master_flags --illegal-native-access=deny"
    aot_worker=
}

# Sets aot_worker to the option that tells the master what its workers start from: what one of them recorded while it
# was rehearsed with this JDK and these jars, which is done here once. Before JDK 24 there is nothing of the kind.
use_worker_rehearsal() {
    [ "$java_major" -ge 24 ] || return 0
    cache=$dist/aot/$java_version/worker
    if [ ! "$cache.tried" -nt "$built" ]; then
        mkdir -p "$dist/aot/$java_version" 2>/dev/null || return 0
        say "sozu: rehearsing once, so that workers and sozuctl start fast from now on ..."
        [ "$dist/aot/$java_version/sozuctl.tried" -nt "$built" ] || rehearse_ctl
        cache=$dist/aot/$java_version/worker
        : >"$cache.tried"
        rm -f "$cache.aot"
        rehearse_worker >"$cache.log" 2>&1 </dev/null || say "sozu: that failed, see $cache.log; it runs all the same"
    fi
    aot_worker=-Dsozu.aot.worker=$cache
}

rehearse_worker() {
    records=$(mktemp -d) # workers' flags are separated by blanks, which this path does not have
    moved=1
    if run_demo RehearsalMain -XX:AOTMode=record "-XX:AOTConfiguration=$records/worker" \
        && "$java_home/bin/java" $master_flags -XX:AOTMode=create "-XX:AOTConfiguration=$records/worker" \
            "-XX:AOTCache=$records/worker.aot" --module-path "$code" -m io.sozu.master/io.sozu.worker.WorkerMain \
        && mv "$records/worker.aot" "$cache.new"; then
        mv "$cache.new" "$cache.aot"
        moved=0
    fi
    rm -rf "$records"
    return $moved
}
