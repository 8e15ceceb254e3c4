import Core
import Testing
import Web
import Wire

@testable import App

@Suite struct LicenseAnswerTests {
    static let decisions: [LicenseDecision] = [
        .allowed(remaining: 5), .allowed(remaining: nil), .allowed(remaining: 0), .notFound,
        .suspended, .expired, .cancelled, .quotaExceeded(remaining: 0),
        .quotaExceeded(remaining: 17), .unknownFeature,
    ]

    @Test(arguments: decisions)
    func `what is written by hand is what the reference says`(decision: LicenseDecision) throws {
        let bytes = LicenseAnswer.bytes(decision)
        let answer = try LicenseAnswer(reading: try JSON(reading: bytes))
        #expect(answer.json.bytes == bytes)
        #expect(answer.isValid == (answer.error == nil))
        #expect(answer.remaining == answer.remainingQuota)
    }
}
