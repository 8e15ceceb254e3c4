import Glibc

/// The files and sockets that this process may have open.
package enum OpenFiles {
    /// Allows as many as the system lets this process allow itself.
    ///
    /// The usual limit of 1,024 is there for programs that use `select`, which nothing here does.
    ///
    /// - Returns: how many that is.
    @discardableResult
    package static func raiseLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        guard unsafe setrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }
}
