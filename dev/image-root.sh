#!/usr/bin/env bash
# Lays out what a service's image holds on top of its base: executables, the C libraries they need, certificates.
#   dev/image-root.sh FOLDER BUILD-FOLDER EXECUTABLE...
# The C library itself and its loader are the base's: the base must be a Debian (or another glibc) of the same release.
set -euo pipefail
root=$1 build=$2
shift 2
programs=$root/usr/local/bin
libraries=$root/usr/local/lib/ticket

rm -rf "$root"
mkdir -p "$programs" "$libraries" "$root/etc/ssl/certs"
for program in "$@"; do
    # A third of the file is names of functions. Images run with backtraces off, and the worker's holds two executables; who
    # has a core file reads it with the build that this came from.
    strip --strip-all -o "$programs/$program" "$build/$program"
done

# The libraries of a program, or of a library, and those they need in turn.
take_libraries() {
    local name path
    while read -r name _ path _; do
        case $name in
        libc.so.* | libm.so.* | libpthread.so.* | libdl.so.* | librt.so.* | libresolv.so.* | ld-linux* | linux-vdso*) continue ;;
        esac
        [ "$path" != not ] || { echo "error: $1 needs $name, and it is not here" >&2; exit 1; }
        [ -f "$path" ] || continue
        install -m 644 "$path" "$libraries/$name"
    done < <(ldd "$1")
}

for program in "$@"; do take_libraries "$build/$program"; done
# Opened by the process that needs them (Sources/CPostgres, Sources/CCurl), so no program's list has them.
for name in libpq.so.5 libcurl.so.4; do
    path=$(/sbin/ldconfig -p | awk -v name=$name '$1 == name { print $NF; exit }')
    [ -f "$path" ] || { echo "error: $name is not here" >&2; exit 1; }
    install -m 644 "$path" "$libraries/$name"
    take_libraries "$path"
done
# Whoever calls AWS has to know whom to trust. Aurora's certificates come from an authority of AWS's own, which no system
# has: deploy/certificates holds it (env.sh, RDS_CERTIFICATES).
authorities=/etc/ssl/certs/ca-certificates.crt
[ -f $authorities ] || { echo "error: $authorities is not here (Debian: apt-get install ca-certificates)" >&2; exit 1; }
install -m 644 $authorities "$root$authorities"
for file in deploy/certificates/*.pem; do
    [ ! -f "$file" ] || cat "$file" >>"$root$authorities"
done
