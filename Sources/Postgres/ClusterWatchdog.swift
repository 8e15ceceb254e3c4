import CPostgres
import Foundation

/// Stops a server, and may remove its directory, when this process ends, even by `kill -9`.
///
/// A shell waits for the end of a pipe that only this process holds open; the kernel closes it with
/// the process, whatever ended it.
final class ClusterWatchdog: Sendable {
    private let held: Int32

    init(_ place: ClusterPlace, removes: Bool) throws {
        var ends: [Int32] = [0, 0]
        guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else {
            throw ClusterError(program: "sh", output: "no pipe")
        }
        held = ends[1]
        defer { close(ends[0]) }
        let nothing = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nothing) }
        let stop = place.words("pg_ctl", ["stop", "-D", place.data, "-m", "immediate", "-s"])
        // A session of its own keeps the signals of the terminal away from it.
        let end = removes ? #"; rm -rf -- "$directory""# : ""
        let script = #"read -r line; directory=$1; shift; "$@""# + end
        let words = ["setsid", "--fork", "sh", "-c", script, "sh", place.directory] + stop
        guard try ChildProgram(words, input: ends[0], output: nothing).wait() else {
            throw ClusterError(program: "setsid", output: "the watchdog did not start")
        }
    }

    deinit { close(held) }
}
