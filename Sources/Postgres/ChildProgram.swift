import CPostgres
import Foundation

/// Another program, run with nothing of ours but its arguments, environment and standard files.
///
/// Foundation's `Process` waits until every descendant has closed what it inherited, which a server
/// in the background never does; so this waits for the program itself, and lets nothing be
/// inherited.
struct ChildProgram {
    private let pid: pid_t

    /// Starts a program that is found in the usual directories.
    ///
    /// - Throws: ``ClusterError`` when it cannot be started.
    init(_ words: [String], input: Int32, output: Int32) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addchdir_np(&actions, "/")
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, output, 2)
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        let arguments = unsafe words.map { unsafe strdup($0) } + [nil]
        let environment = unsafe Self.environment.map { unsafe strdup($0) } + [nil]
        let count = unsafe environment.count
        defer {
            for index in words.indices { unsafe free(arguments[index]) }
            for index in 0..<count { unsafe free(environment[index]) }
        }
        var pid: pid_t = 0
        let code = unsafe posix_spawnp(&pid, words[0], &actions, nil, arguments, environment)
        guard code == 0 else {
            throw ClusterError(program: words[0], output: unsafe String(cString: strerror(code)))
        }
        self.pid = pid
    }

    /// Waits until the program has ended; whether it ended well.
    func wait() -> Bool {
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) == -1 {
            if errno != EINTR { return false }
        }
        return status == 0
    }

    /// Our environment without the settings that would lead libpq and PostgreSQL elsewhere.
    private static var environment: [String] {
        ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("PG") && !$0.key.hasPrefix("LC_") && $0.key != "LANG" }
            .map { "\($0.key)=\($0.value)" } + ["LC_ALL=C.UTF-8"]
    }

    /// Runs a program to its end and returns what it said.
    ///
    /// - Throws: ``ClusterError`` with what it said when it fails.
    @discardableResult
    static func run(_ words: [String]) throws -> String {
        let name = "/postgres-output-XXXXXX"
        var template = Array((FileManager.default.temporaryDirectory.path + name).utf8CString)
        // A file and not a pipe: the server would inherit the pipe, which then never ends.
        let file = unsafe mkstemp(&template)
        guard file >= 0 else { throw ClusterError(program: words[0], output: "no temporary file") }
        unsafe unlink(template)
        let output = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        let nothing = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(nothing) }
        let isWell = try ChildProgram(words, input: nothing, output: file).wait()
        try output.seek(toOffset: 0)
        let said = String(decoding: try output.readToEnd() ?? Data(), as: UTF8.self)
        guard isWell else {
            throw ClusterError(program: words.joined(separator: " "), output: said)
        }
        return said
    }
}
