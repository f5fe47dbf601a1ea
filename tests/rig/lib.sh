# What the rig's scripts share. To be sourced; leaves behind only functions and the variables named here.
#
# rig    the folder of the rig's scripts
# socket the default socket of the main engine

# shellcheck shell=bash
rig=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
socket=/var/run/docker.sock

say() { printf 'rig: %s\n' "$*" >&2; }

die() {
    printf 'rig: cannot go on: %s\n' "$*" >&2
    exit 1
}

# until_true SECONDS WHAT COMMAND…: tries the command until it succeeds; at the bound, fails with WHAT.
until_true() {
    local bound=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$bound" ] || die "$what"
        sleep 0.1
    done
}

# on SOCKET ARGUMENTS…: the docker program against one engine, whatever context the user has chosen.
on() {
    local engine=$1
    shift
    env -u DOCKER_HOST -u DOCKER_CONTEXT -u DOCKER_TLS_VERIFY docker -H "unix://$engine" "$@"
}

answers() { on "$1" version --format '{{.Server.Version}}'; }

# gone PID: whether the process has ended (one that nobody has waited for yet has ended, too).
gone() { [ ! -e "/proc/$1" ] || grep -q '^State:[[:space:]]*Z' "/proc/$1/status" 2>/dev/null; }

# end FILE: ends the process whose id stands in the file, and waits for its end.
end() {
    local pid
    pid=$(cat "$1" 2>/dev/null) || return 0
    kill -CONT "$pid" 2>/dev/null
    kill "$pid" 2>/dev/null || return 0
    until_true 60 "process $pid does not end" gone "$pid"
}

# remove_labelled SOCKET LABEL: removes every container, network and volume that carries the label.
remove_labelled() {
    local engine=$1 filter=label=$2 found
    found=$(on "$engine" ps -aq --filter "$filter") && [ -z "$found" ] || on "$engine" rm -fv $found >/dev/null
    found=$(on "$engine" network ls -q --filter "$filter") && [ -z "$found" ] || on "$engine" network rm $found >/dev/null
    found=$(on "$engine" volume ls -q --filter "$filter") && [ -z "$found" ] || on "$engine" volume rm -f $found >/dev/null
}

# in_background NAME COMMAND…: starts a command that outlives this script, in the rig's own network namespace: what
# engines do there to bridges and packet filters cannot reach the machine's. (`ip netns exec` would mount /sys anew,
# without the control groups.) Its output goes to NAME.log, its process id to NAME.pid.
in_background() {
    local name=$1
    shift
    rm -f "$name.pid"
    setsid nsenter --net="/run/netns/${QD_RIG_DIR##*/}" sh -c 'echo $$ >"$0" && exec "$@"' "$name.pid" "$@" \
        >>"$name.log" 2>&1 </dev/null &
    until_true 10 "$1 does not start" test -s "$name.pid"
}
