# Sourced by the commands beside it: finds a Python and hands over to the launcher. Sets nothing else.

fail() {
    echo "$1" >&2
    exit 1
}

# A relative DATA_DIR means the directory that the person is in, not the project's root.
case ${DATA_DIR:-} in
'' | /*) ;;
*) DATA_DIR=$PWD/$DATA_DIR && export DATA_DIR ;;
esac

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || fail "The project's directory cannot be entered."
cd -- "$root" || fail "The project's directory cannot be entered."
unset PYTHONHOME PYTHONPATH PYTHONSAFEPATH

# hand_over SET MODULE [ARGUMENT ...]: prepare the environment with that set of packages, then become the module.
# Candidates are really run: version managers leave commands on the PATH that only print an error.
hand_over() {
    for python in "$root/.venv/bin/python" python3.13 python3.12 python3.11 python3 python; do
        if "$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then
            exec "$python" -m script.launcher.environment "$@"
        fi
    done
    fail "Python 3.11, 3.12 or 3.13 is needed, and none was found on the PATH."
}
