import Glibc
import HTTPServer
import Testing

@Suite struct OpenFilesTests {
    private static func limit() throws -> rlimit {
        var limit = rlimit()
        try #require(unsafe getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0)
        return limit
    }

    @Test func `the limit of open files becomes what the system allows at most`() throws {
        let before = try OpenFilesTests.limit()
        // One less is still plenty for what other tests have open at the same time.
        var lower = before
        lower.rlim_cur = before.rlim_max - 1
        try #require(unsafe setrlimit(Int32(RLIMIT_NOFILE.rawValue), &lower) == 0)
        #expect(try OpenFilesTests.limit().rlim_cur == before.rlim_max - 1)

        #expect(OpenFiles.raiseLimit() == Int(clamping: before.rlim_max))
        #expect(try OpenFilesTests.limit().rlim_cur == before.rlim_max)
        #expect(try OpenFilesTests.limit().rlim_max == before.rlim_max)
    }
}
