#!/usr/bin/env bash
# Benchmarks of the parts of the data path, by JMH: perf/bench.sh [-o FILE] [PATTERN]
#   -o  where the results go, perf/target/bench.json by default
#   -q  quickly: one fork, short iterations; to see that it works
#   -c  OLD NEW: measures nothing, sets two files of results side by side
# perf/bench-results.json holds those of a known machine and day, told in docs/performance.md. Compare times with results
# of the same machine only: keep those of an earlier state by -o FILE.
set -euo pipefail
cd "$(dirname "$0")/.."
home=$PWD
. bin/common.sh

out=$home/perf/target/bench.json
effort=(-f 2 -wi 5 -w 1s -i 5 -r 1s)
compare=
while getopts o:qc option; do
    case $option in
    o) out=$(readlink -f "$OPTARG") ;;
    q) effort=(-f 1 -wi 1 -w 100ms -i 1 -r 100ms) ;;
    c) compare=yes ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))

find_java
export "JAVA${java_major}_HOME=$java_home"
work=$home/perf/target/bench
${MVN:-mvn} -q -B test-compile dependency:build-classpath -pl perf -am -Dmdep.outputFile=target/bench.classpath \
    -Dmdep.regenerateFile=true
classpath=$home/perf/target/test-classes:$home/perf/target/classes:$(cat perf/target/bench.classpath)
if [ -n "$compare" ]; then
    exec "$java_home/bin/java" -cp "$classpath" io.sozu.perf.bench.CompareMain "$@"
fi
rm -rf "$work"
mkdir -p "$work/benchmarks/io/sozu/perf" "$work/sources" "$work/classes"
cp -r perf/target/test-classes/io/sozu/perf/bench "$work/benchmarks/io/sozu/perf/"
"$java_home/bin/java" -cp "$classpath" org.openjdk.jmh.generators.bytecode.JmhBytecodeGenerator \
    "$work/benchmarks" "$work/sources" "$work/classes" reflection >/dev/null
find "$work/sources" -name '*.java' >"$work/list"
"$java_home/bin/javac" -proc:none -nowarn -cp "$classpath" -d "$work/classes" "@$work/list"
"$java_home/bin/java" -cp "$work/classes:$classpath" org.openjdk.jmh.Main "${effort[@]}" -foe true -rf json -rff "$out" \
    -jvmArgs "-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED" "${1:-io.sozu.perf.bench}"
# Where this machine has its JDK is nobody's business who compares.
sed -i 's,"jvm" : ".*/,"jvm" : ",' "$out"
echo "results: $out"
