# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Shell functions that the verbs in build/ share. Source it: . "$(dirname "$0")/lib.sh"

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$top/out

say() { printf '== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# usage FILE: print the comment at its head, from the line "usage:" on, and stop.
usage() {
    sed -n '/^# usage:/,/^[^#]/s/^# \{0,1\}//p' "$1"
    exit 0
}

# retry COMMAND...: up to four times, with growing pauses: mirrors are sometimes caught in the middle of an update.
retry() {
    local pause
    for pause in 2 5 15 0; do
        "$@" && return 0
        [ "$pause" = 0 ] && return 1
        say "failed, again in $pause s: $*"
        sleep "$pause"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

package_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# ensure_packages WHY PACKAGE...: install the Debian packages that are not there yet. Says what and why; does nothing else.
ensure_packages() {
    local why=$1 package missing=()
    shift
    for package in "$@"; do
        case " ${missing[*]-} " in *" $package "*) continue ;; esac
        package_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    say "installing, $why: ${missing[*]}"
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        die "not root and no sudo; install with: apt-get install --no-install-recommends ${missing[*]}"
    fi
    if [ -z "${cerium_apt_updated-}" ]; then
        # An index of one suite may fail while the others are good; the installation decides.
        retry as_root apt-get -q update || say "apt-get update did not succeed wholly; trying with what there is"
        cerium_apt_updated=1
    fi
    retry as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "${missing[@]}" ||
        die "these packages could not be installed: ${missing[*]}"
}

# What each part needs, in one place.
packages_build=(gcc libc6-dev libncurses-dev cmake ninja-build python3)
packages_fetch=(ca-certificates debian-archive-keyring dpkg-dev make tcl patch xz-utils)
packages_arm=(gcc-arm-linux-gnueabihf libc6-dev-armhf-cross qemu-user)
packages_tests=(libcmocka-dev valgrind python3-pytest python3-pyte curl openssl wget)
packages_clang=(clang)
packages_lint=(clang-format cppcheck shellcheck)
packages_wine=(wine wine64)

# prepare PRESET...: all that building and testing these presets needs.
prepare() {
    local preset need=("${packages_build[@]}" "${packages_fetch[@]}" "${packages_tests[@]}")
    for preset in "$@"; do
        case $preset in arm | arm-static) need+=("${packages_arm[@]}") ;; esac
        case $preset in
        clang-host) need+=("${packages_clang[@]}") ;;
        clang-arm) need+=("${packages_clang[@]}" "${packages_arm[@]}") ;;
        esac
    done
    ensure_packages "to build and test $*" "${need[@]}"
    "$top/build/deps/fetch"
}

# build_preset PRESET: configure and build out/PRESET. In a log only what goes wrong is worth a line.
build_preset() {
    mkdir -p "$out"
    (cd "$top" && cmake --preset "$1" >"$out/$1.configure.log" 2>&1) || {
        cat "$out/$1.configure.log"
        return 1
    }
    if [ -t 1 ]; then
        cmake --build "$out/$1"
    else
        cmake --build "$out/$1" -- --quiet
    fi
}
