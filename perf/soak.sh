#!/usr/bin/env bash
# Mixed friendly and hostile traffic, orders and killed workers, for a time; fails on any wrong byte, lost request,
# leaked slot, page or descriptor, or growing memory. Needs what the build needs, nothing more.
#
#   perf/soak.sh [-m MINUTES] [-s SEED]
set -euo pipefail

minutes=10 seed=$RANDOM
while getopts m:s: option; do
    case $option in
    m) minutes=$OPTARG ;;
    s) seed=$OPTARG ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done
cd "$(dirname "$0")/.."
echo "soaking for $minutes minutes with seed $seed"
mvn -B -q -ntp verify -pl master -am -Dtest=SoakTest -Dsurefire.failIfNoSpecifiedTests=false \
    -Dsoak.seconds=$((minutes * 60)) -Dsoak.seed="$seed"
echo "nothing was lost and nothing is held"
