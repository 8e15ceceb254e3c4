import Foundation
import Testing
import Typesetting

@Suite struct DeterminismTests {
    @Test func `two threads make the same bytes`() async throws {
        let typesetter = Typesetter(threads: 2)
        let document = try Samples.everything()
        try await typesetter.warmUp()
        let files = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<8 { group.addTask { try await typesetter.typeset(document) } }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(files.count == 1)
    }

    @Test func `a process in another country makes the same bytes`() async throws {
        let ours = try await Typesetter(threads: 1).typeset(Samples.everything())
        let child = await #expect(
            processExitsWith: .success,
            observing: [\.standardOutputContent]
        ) {
            for (name, value) in [
                ("LANGUAGE", "ja:zh"), ("PANGO_LANGUAGE", "ja"), ("LC_ALL", "tr_TR.UTF-8"),
                ("TZ", "Asia/Tokyo"), ("FONTCONFIG_FILE", "/nowhere"), ("HOME", "/nowhere"),
            ] {
                unsafe setenv(name, value, 1)
            }
            let bytes = try await Typesetter(threads: 1).typeset(Samples.everything())
            print("[" + Data(bytes).base64EncodedString() + "]")
        }
        let printed = String(decoding: child?.standardOutputContent ?? [], as: UTF8.self)
        #expect(printed.contains("[" + Data(ours).base64EncodedString() + "]"))
    }

    @Test func `too many documents are refused`() async throws {
        let typesetter = Typesetter(threads: 1, queueLimit: 1)
        let document = try Samples.everything()
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    do {
                        _ = try await typesetter.typeset(document)
                        return true
                    } catch { return error as? TypesettingError != .busy }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.contains(true) && outcomes.contains(false))
    }
}
