#!/usr/bin/env bash
# Generates src/generated/java from linux.h and the list of what is wanted of it; see README.md.
# usage: regenerate.sh      (jextract on the PATH; the C library's headers installed)
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
output=$here/../src/generated/java
package=io.sozu.bindings.generated.linux
folder=${package//.//}

command -v jextract >/dev/null || { echo "no jextract on the PATH: see $here/README.md" >&2; exit 1; }
sort -cu "$here/linux-includes.txt" || { echo "sort linux-includes.txt: LC_ALL=C sort -u" >&2; exit 1; }

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
(cd "$here" && jextract --output "$fresh" --target-package "$package" @linux-includes.txt linux.h)

missing=0
while read -r _ name; do
    grep -qw -- "$name" "$fresh/$folder"/*.java || { echo "not found in the headers: $name" >&2; missing=1; }
done < "$here/linux-includes.txt"
[ "$missing" = 0 ] || exit 1
if grep -q 'SYMBOL_LOOKUP.findOrThrow' "$fresh/$folder/linux_h.java"; then
    echo "this jextract writes code for JDK 23 and newer, the sources are for JDK 22: see $here/README.md" >&2
    exit 1
fi

rm -rf "${output:?}/$folder"
mkdir -p "$output/$folder"
cp "$fresh/$folder"/*.java "$output/$folder/"
git -C "$here" status --short -- "$output" || true
