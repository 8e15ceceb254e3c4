import Foundation
import Support
import Testing

@Suite struct IDSourceTests {
    @Test func `identifiers have the version and variant of RFC 9562`() {
        let clock = BusinessClock()
        let ids = IDSource(clock: clock)
        for id in (0..<1_000).map({ _ in ids.next().bytes }) {
            #expect(id[6] >> 4 == 7)
            #expect(id[8] >> 6 == 0b10)
        }
    }

    @Test func `the example of RFC 9562 comes out`() {
        // Appendix A.6: the time and the random bits of the published identifier.
        let id = UUID(
            version7At: Date(timeIntervalSince1970: 1_645_557_742),
            high: 0xCC3,
            low: 0x18C4_DC0C_0C07_398F
        )
        #expect(id.uuidString == "017F22E2-79B0-7CC3-98C4-DC0C0C07398F")
    }

    @Test func `identifiers sort by the time they were made`() {
        let clock = BusinessClock(standingAt: Date(timeIntervalSince1970: 1_700_000_000))
        let ids = IDSource(clock: clock)
        let made = (0..<1_000).map { _ in
            clock.advance(seconds: 0.002)
            return ids.next()
        }
        #expect(made.sorted { $0.uuidString < $1.uuidString } == made)
        #expect(made.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) } == made)
    }

    @Test func `identifiers of one moment differ`() {
        let ids = IDSource(
            clock: BusinessClock(standingAt: Date(timeIntervalSince1970: 1_700_000_000))
        )
        #expect(Set((0..<10_000).map { _ in ids.next() }).count == 10_000)
    }

    @Test func `a seed gives the same row each time and another seed another`() {
        let (one, same, other) = (IDSource(seed: 1), IDSource(seed: 1), IDSource(seed: 1_000))
        let row = (0..<10).map { _ in one.next() }
        #expect(row == (0..<10).map { _ in same.next() })
        #expect(Set(row).count == 10)
        #expect(!row.contains(other.next()))
    }

    @Test func `the bytes make the same identifier again`() {
        let id = IDSource(seed: 7).next()
        #expect(id.bytes.count == 16)
        #expect(UUID(bytes: id.bytes) == id)
        #expect(UUID(bytes: []) == nil)
        #expect(UUID(bytes: id.bytes + [0]) == nil)
    }
}
