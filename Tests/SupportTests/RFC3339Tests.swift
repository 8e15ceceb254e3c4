import Foundation
import Support
import Testing

@Suite struct RFC3339Tests {
    @Test(
        arguments: [
            (0.0, "1970-01-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (1_795_162_260.9, "2026-11-20T08:11:00Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (-2_203_977_600, "1900-02-28T00:00:00Z"), (-2_203_891_200, "1900-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (-62_135_596_800, "0001-01-01T00:00:00Z"),
            // Where Foundation's formats go over to the Julian calendar.
            (-12_219_292_800, "1582-10-15T00:00:00Z"), (-12_219_292_801, "1582-10-14T23:59:59Z"),
        ]
    )
    func `a moment is written by the Gregorian calendar`(seconds: Double, text: String) {
        #expect(Date(timeIntervalSince1970: seconds).rfc3339 == text)
    }

    @Test func `it is written as Foundation writes it, where that is Gregorian`() {
        for step in 0..<20_000 {
            let date = Date(timeIntervalSince1970: Double(step) * 12_345_678 - 12_000_000_000)
            #expect(date.rfc3339 == date.formatted(.iso8601))
        }
    }

    @Test func `what is beyond any calendar is written as well`() {
        #expect(Date.distantFuture.rfc3339 == "4001-01-01T00:00:00Z")
        #expect(Date.distantPast.rfc3339 == "0000-12-30T00:00:00Z")
        #expect(Date(timeIntervalSince1970: 1e300).rfc3339 == "1970-01-01T00:00:00Z")
        #expect(Date(timeIntervalSince1970: .nan).rfc3339 == "1970-01-01T00:00:00Z")
    }
}
