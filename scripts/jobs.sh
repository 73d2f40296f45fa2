# Sourced by the scripts beside it: runs a command so that an interrupted script never leaves it behind.
#
# The command gets a process group of its own. A Ctrl-C, a closed terminal or a `kill` of the script is passed on to
# that whole group, and the script goes on to its own tidying only once the group is empty.

job_pid=

# Where there is no standard input at all, an empty one.
{ : <&0; } 2>/dev/null || exec </dev/null

# Runs "$@", returns its exit code.
run_job() {
    local code=0
    set -m
    "$@" <&0 &
    job_pid=$!
    set +m
    wait "$job_pid" || code=$?
    job_pid=
    return "$code"
}

# Ends the running job: politely, and after ten seconds by force.
end_job() {
    [[ -n $job_pid ]] || return 0
    kill -TERM -- "-$job_pid" 2>/dev/null || true
    local tenths=0
    while kill -0 -- "-$job_pid" 2>/dev/null && ((tenths++ < 100)); do sleep 0.1; done
    kill -KILL -- "-$job_pid" 2>/dev/null || true
    wait "$job_pid" 2>/dev/null || true
    job_pid=
}

trap 'end_job; exit 129' HUP
trap 'end_job; exit 130' INT
trap 'end_job; exit 143' TERM
