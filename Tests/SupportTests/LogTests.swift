import Foundation
import Support
import Synchronization
import Testing

@Suite struct LogTests {
    private final class Lines: Sendable {
        let all = Mutex<[String]>([])
        func log(least: Log.Level = .debug) -> Log {
            Log(least: least) { line in self.all.withLock { $0.append(line) } }
        }
        var parsed: [[String: String]] {
            all.withLock { $0 }.map { line in
                (try? JSONDecoder().decode([String: String].self, from: Data(line.utf8))) ?? [:]
            }
        }
    }

    @Test func `a line is one JSON object with message, level, time and fields`() {
        let lines = Lines()
        lines.log().with("request", "req_1").info("invoice issued", ["invoice": "inv_1"])
        let line = lines.parsed.first ?? [:]
        #expect(line["message"] == "invoice issued")
        #expect(line["level"] == "info")
        #expect(line["request"] == "req_1")
        #expect(line["invoice"] == "inv_1")
        #expect(line["time"]?.wholeMatch(of: /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test func `nothing in a field breaks the line`() {
        let lines = Lines()
        let nasty = "a\nb\r\nc\u{0}\u{1b}[31m\"\\ }\n{\"message\":\"forged\""
        lines.log().warning("odd", ["value": nasty, "na\nme": "x"])
        #expect(lines.all.withLock { $0 }.allSatisfy { !$0.utf8.contains { $0 < 32 } })
        #expect(lines.parsed.map { $0["value"] } == [nasty])
    }

    @Test func `fields cannot replace message and level`() {
        let lines = Lines()
        lines.log().with("level", "debug").error("real", ["message": "forged", "level": "info"])
        #expect(lines.parsed.first?["message"] == "real")
        #expect(lines.parsed.first?["level"] == "error")
    }

    @Test func `a field of a line wins over one of the log, and siblings do not see it`() {
        let lines = Lines()
        let log = lines.log().with("part", "a")
        log.with("extra", "1").info("one", ["part": "b"])
        log.info("two")
        #expect(lines.parsed.map { $0["part"] } == ["b", "a"])
        #expect(lines.parsed.map { $0["extra"] } == ["1", nil])
    }

    @Test func `lines below the least level are not written`() {
        let lines = Lines()
        let log = lines.log(least: .warning)
        log.debug("1")
        log.info("2")
        log.warning("3")
        log.error("4")
        #expect(lines.parsed.map { $0["message"] } == ["3", "4"])
        #expect(Log.Level.allCases.sorted() == [.debug, .info, .warning, .error])
        Log.silent.error("nobody hears this")
    }
}
