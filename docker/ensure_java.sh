#!/bin/sh
# Java 17 or newer, or a clear word on how to get it. Installed only as root on Debian or Ubuntu.
set -eu
least=17

major() {
    command -v java >/dev/null 2>&1 || return 1
    java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1
}

found=$(major || true)
if [ -n "$found" ] && [ "$found" -ge "$least" ]; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "matluoi: installing Java $least" >&2
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "openjdk-$least-jre-headless" >&2
    exit 0
fi
echo "matluoi: Java $least or newer is needed (found: ${found:-none}). Install it, for example with" \
     "'sudo apt-get install openjdk-$least-jre-headless' or 'brew install openjdk@$least', and run make again." >&2
exit 1
