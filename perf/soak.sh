#!/usr/bin/env bash
# Mixed friendly and hostile traffic, orders and killed workers, for a time; fails on any wrong byte, lost request,
# leaked slot, page or descriptor, or growing memory. Half of the time is plain, half is TLS. Says at the end how much
# there was of all that. Needs what the build needs, nothing more.
#
#   perf/soak.sh [-m MINUTES] [-s SEED]
set -euo pipefail

usage() {
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2
    exit 2
}

minutes=10 seed=$RANDOM
while getopts m:s: option; do
    case $option in
    m) minutes=$OPTARG ;;
    s) seed=$OPTARG ;;
    *) usage ;;
    esac
done
[[ $# -lt $OPTIND && $minutes =~ ^[1-9][0-9]*$ && $seed =~ ^[0-9]+$ ]] || usage
cd "$(dirname "$0")/.."
home=$PWD
. bin/common.sh
find_java
export "JAVA${java_major}_HOME=$java_home"
report=$home/master/target/soak.txt
rm -f "$report"
echo "soaking for $minutes minutes with seed $seed"
${MVN:-mvn} -B -q -ntp verify -pl master -am -Dtest=SoakTest -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsoak.seconds=$((minutes * 30)) -Dsoak.seed="$seed" -Dsoak.report="$report"
# A build that ran no such test is no proof of anything.
cat "$report"
echo "nothing else was lost and nothing is held"
