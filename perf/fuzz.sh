#!/usr/bin/env bash
# Fuzzes parsers with Jazzer, guided by coverage, from a fresh clone: perf/fuzz.sh [-t SECONDS] [-k] [TARGET...]
#   -t  seconds for each target, 60 by default
#   -k  keep what was found worth keeping: the corpus of each target, perf/fuzz/corpus/TARGET.txt, is written anew
#   -r  FILE TARGET: take the input in FILE once, as a crash is replayed
# Without a target all of them are fuzzed one after the other; -l lists them. An input that fails is written to
# perf/target/fuzz/TARGET/crash-*, with a line of how to replay it and how to keep it. Exit code 1 when one failed.
set -euo pipefail

usage() {
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

seconds=60
keep=
replay=
list=
while getopts t:kr:l option; do
    case $option in
    t) seconds=$OPTARG ;;
    k) keep=yes ;;
    r) replay=$(readlink -f "$OPTARG") ;;
    l) list=yes ;;
    *) usage ;;
    esac
done
shift $((OPTIND - 1))
[[ $seconds =~ ^[1-9][0-9]*$ && ( -z $replay || $# -eq 1 ) ]] || usage

cd "$(dirname "$0")/.."
home=$PWD
. bin/common.sh
find_java
export "JAVA${java_major}_HOME=$java_home"
work=$home/perf/target/fuzz
${MVN:-mvn} -q -B test-compile dependency:build-classpath -pl perf -am -Dmdep.outputFile=target/fuzz.classpath \
    -Dmdep.regenerateFile=true
classpath=$home/perf/target/test-classes:$home/perf/target/classes:$(cat perf/target/fuzz.classpath)
java=("$java_home/bin/java" -ea -XX:+UseSerialGC -Xmx${FUZZ_HEAP:-1g} -XX:+EnableDynamicAgentLoading
    -Xlog:disable -Xlog:all=error:stderr --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow
    -cp "$classpath")
corpora=("${java[@]}" io.sozu.perf.fuzz.FuzzMain)

if [ -n "$list" ]; then
    exec "${corpora[@]}" list
fi
if [ -n "$replay" ]; then
    exec "${corpora[@]}" replay "$1" "$replay"
fi
if [ $# -eq 0 ]; then
    mapfile -t names < <("${corpora[@]}" list)
    set -- "${names[@]}"
else
    # What is no target fails before anything is fuzzed.
    for target; do
        "${corpora[@]}" class "$target" >/dev/null
    done
fi

failed=()
inputs=0
for target; do
    class=$("${corpora[@]}" class "$target")
    mkdir -p "$work/$target/inputs"
    "${corpora[@]}" unpack "$target" "$work/$target/inputs"
    echo "== $target for $seconds s"
    # Its sanitizers look for deserialisation, SQL and the like, which is not here.
    if ! (cd "$work/$target" && "${java[@]}" com.code_intelligence.jazzer.Jazzer --target_class="$class" \
        --instrumentation_includes='io.sozu.**:org.tomlj.**' --custom_hook_excludes='**' \
        --disabled_hooks='com.code_intelligence.jazzer.sanitizers.**' --reproducer_path="$work/$target" \
        -artifact_prefix="$work/$target/" -max_total_time="$seconds" -max_len=4096 -timeout=20 \
        -rss_limit_mb=4096 -print_final_stats=1 -dict="$home/perf/fuzz/http.dict" inputs) \
        >"$work/$target/log" 2>&1; then
        failed+=("$target")
        grep -A12 -m1 '== Java Exception' "$work/$target/log" || tail -n 20 "$work/$target/log"
        for crash in $(find "$work/$target" -maxdepth 1 -newer perf/target/fuzz.classpath \
            \( -name 'crash-*' -o -name 'timeout-*' -o -name 'oom-*' \)); do
            echo "replay with: perf/fuzz.sh -r $crash $target"
            echo "once it is mended, keep it in perf/fuzz/corpus/$target.txt as the line:"
            "${corpora[@]}" line "$crash"
        done
    fi
    grep -E '^stat::(number_of_executed_units|average_exec_per_sec|new_units_added)|^#.*DONE' "$work/$target/log" || :
    executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/$target/log")
    # One that ran nothing has shown nothing.
    if [ "${executed:-0}" -eq 0 ] && [[ " ${failed[*]} " != *" $target "* ]]; then
        failed+=("$target")
        tail -n 20 "$work/$target/log"
    fi
    inputs=$((inputs + ${executed:-0}))
    if [ -n "$keep" ]; then
        "${corpora[@]}" pack "$target" "$work/$target/inputs"
    fi
done
if [ ${#failed[@]} -gt 0 ]; then
    echo "failed: ${failed[*]}"
    exit 1
fi
echo "no input failed: $# targets, $inputs inputs"
