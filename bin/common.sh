# Found by both launchers: a JDK, Maven, and what they built. POSIX sh; sourced with $home set to the project.

dist=$home/master/target/dist
built=$dist/built
min_java=22

# Warnings of the virtual machine never mix with answers, which are read by programs.
quiet="-XX:+UseSerialGC -XX:-UsePerfData -Xlog:disable -Xlog:all=warning:stderr"

# The master: no core dumps and no attaching, which would show what passes through. It serves nothing itself, so it is
# to be small and soon there, not fast; but a large configuration needs some hundred times its size to be read, which
# is given back once it is read.
master_flags="$quiet -XX:-CreateCoredumpOnCrash -XX:+DisableAttachMechanism -XX:+ExitOnOutOfMemoryError -Xms16m -Xmx2g
-XX:-ShrinkHeapInSteps -XX:MinHeapFreeRatio=20 -XX:MaxHeapFreeRatio=40 -XX:TrimNativeHeapInterval=10000
-XX:TieredStopAtLevel=1 -XX:ErrorFile=/tmp/sozu-%p.log --enable-native-access=io.sozu.bindings"

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
# not, lets that be done meanwhile, so that the next one starts fast.
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

# Sets code to the module path of the master and its workers.
find_code() {
    for jar in "$home"/master/target/master-*.jar; do
        case $jar in
        *-tests.jar) ;;
        *) code=$dist/lib:$jar ;;
        esac
    done
}

# Has a whole proxy rehearsed with this JDK and these jars, unless that was done: what it loads and compiles is recorded.
rehearse_proxy_if_needed() {
    caches=$dist/aot/$java_version
    [ ! "$caches/proxy.tried" -nt "$built" ] || return 0
    mkdir -p "$caches" 2>/dev/null && [ -w "$caches" ] || return 0
    say "sozu: rehearsing once, so that it starts fast from now on; this takes some seconds ..."
    (
        if command -v flock >/dev/null; then
            flock 9
        fi
        [ ! "$caches/proxy.tried" -nt "$built" ] || exit 0
        rm -f "$caches"/master.* "$caches"/worker.*
        if ! rehearse_proxy >"$caches/proxy.log" 2>&1 </dev/null 9>&-; then
            rm -f "$caches"/master.* "$caches"/worker.*
            say "sozu: that failed, see $caches/proxy.log; it runs all the same"
        fi
        rm -f "$caches"/*.conf
        : >"$caches/proxy.tried"
    ) 9>"$caches/lock"
}

rehearse_proxy() {
    set -- "-Dsozu.aot.record=$caches/worker" \
        "-Dsozu.worker.flags=-Dsozu.warmup=20000 -Dsozu.warmup.tls=true" $master_flags \
        --module-path "$code" -m io.sozu.master/io.sozu.master.MasterMain rehearse
    if [ "$java_major" -ge 24 ]; then
        "$java_home/bin/java" -XX:AOTMode=record -XX:AOTConfiguration="$caches/master.conf" "$@" \
            && make_cache master && make_cache worker
    else
        "$java_home/bin/java" -XX:ArchiveClassesAtExit="$caches/master.jsa" "$@"
    fi
}

# Makes a cache out of a recording. Who looks for it meanwhile finds a whole one or none.
make_cache() {
    "$java_home/bin/java" -XX:AOTMode=create -XX:AOTConfiguration="$caches/$1.conf" \
        -XX:AOTCache="$caches/$1.new" $quiet --enable-native-access=io.sozu.bindings --module-path "$code" \
        -m io.sozu.master/io.sozu.master.MasterMain && mv "$caches/$1.new" "$caches/$1.aot"
}

# Sets aot to the option that makes a master start fast, and aot_worker to the one by which it has its workers do so;
# both are empty when nothing is recorded.
use_proxy_rehearsal() {
    aot=
    aot_worker=
    caches=$dist/aot/$java_version
    [ "$caches/proxy.tried" -nt "$built" ] || return 0
    aot_worker=-Dsozu.aot.worker=$caches/worker
    if [ -f "$caches/master.aot" ]; then
        aot="-XX:AOTCache=$caches/master.aot"
    elif [ -f "$caches/master.jsa" ]; then
        aot="-XX:SharedArchiveFile=$caches/master.jsa"
    fi
}

# Keeps JVMs from talking of a cache that does not fit: they do without.
hush_caches() {
    hush="-Xlog:cds*=off:stderr"
    [ "$java_major" -lt 24 ] || hush="$hush -Xlog:aot*=off:stderr"
    master_flags="$master_flags $hush"
    ctl_flags="$ctl_flags $hush"
}
