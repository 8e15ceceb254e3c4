import Foundation
import FuzzTargets
import Support
import Testing

/// What the fuzzer has found and what it began with, as ordinary tests.
@Suite struct CorpusTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz")

    private static func inputs(of target: String) -> [(name: String, bytes: [UInt8])] {
        let folder = folder.appending(path: "Corpus/\(target)")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().compactMap { name in
            (try? Data(contentsOf: folder.appending(path: name))).map { (name, Array($0)) }
        }
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `every input of the corpus is taken well`(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let inputs = CorpusTests.inputs(of: name)
        #expect(inputs.count >= 3)
        for input in inputs + [("nothing", [])] {
            #expect(throws: Never.self, "\(name)/\(input.name)") { try target.check(input.bytes) }
        }
    }

    /// A coarse fuzzer without coverage: bytes of the corpus cut, doubled, changed and joined.
    @Test(arguments: FuzzTarget.all.map(\.name))
    func `and so is what is made of it`(name: String) throws {
        let target = try #require(FuzzTarget.named(name))
        let inputs = CorpusTests.inputs(of: name).map(\.bytes)
        var chance = Chance(state: 20_261_120)
        let deadline = ContinuousClock.now.advanced(by: .milliseconds(300))
        var count = 0
        // As many as there is time for, and some of them however slow everything is.
        while count < 2_000, count < 20 || ContinuousClock.now < deadline {
            let bytes = chance.mutation(of: inputs)
            count += 1
            do { try target.check(bytes) } catch {
                Issue.record("\(error): \(Hex.encode(bytes))")
                return
            }
        }
        #expect(count >= 20)
    }

    @Test func `every folder belongs to a target, and every target has a dictionary or none`()
        throws
    {
        let names = Set(FuzzTarget.all.map(\.name))
        #expect(names.count == FuzzTarget.all.count)
        let files = FileManager.default
        let folders = try files.contentsOfDirectory(
            atPath: CorpusTests.folder.appending(path: "Corpus").path
        )
        #expect(Set(folders) == names)
        let dictionaries = try files.contentsOfDirectory(
            atPath: CorpusTests.folder.appending(path: "Dictionaries").path
        )
        #expect(Set(dictionaries).isSubset(of: names.map { $0 + ".dict" }))
    }
}

/// Numbers that are the same in every run (SplitMix64).
private struct Chance {
    var state: UInt64

    mutating func number(below limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((word ^ word >> 31) >> 1) % max(1, limit)
    }

    mutating func mutation(of inputs: [[UInt8]]) -> [UInt8] {
        guard !inputs.isEmpty else { return [] }
        var bytes = inputs[number(below: inputs.count)]
        for _ in 0...number(below: 4) { change(&bytes, inputs) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ inputs: [[UInt8]]) {
        let place = number(below: bytes.count + 1)
        switch number(below: 6) {
        case 0: bytes.removeSubrange(place..<min(bytes.count, place + 1 + number(below: 8)))
        case 1: bytes.insert(UInt8(number(below: 256)), at: place)
        case 2 where place < bytes.count: bytes[place] = UInt8(number(below: 256))
        case 3:
            bytes.insert(contentsOf: Chance.awkward[number(below: Chance.awkward.count)], at: place)
        case 4: bytes.insert(contentsOf: bytes.prefix(place).suffix(16), at: place)
        default:
            let other = inputs[number(below: inputs.count)]
            bytes = bytes.prefix(place) + other.suffix(number(below: other.count + 1))
        }
    }

    /// A combining mark, look-alikes, line ends, NUL, broken UTF-8 and marks of many formats.
    private static let awkward: [[UInt8]] =
        [
            "\u{301}", "\u{212A}", "\u{17F}", "ß", "\r\n", "\n", "\0", "%00", "%0d%0a", "\"", "'",
            "<",
            "&", "=", ",", ";", "//", "\\", "..", "%2e", "9223372036854775808", "-", "\u{200D}",
            "\u{202E}",
        ].map { Array($0.utf8) } + [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x7F]]
}
