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

    @Test(
        arguments: [
            #"{"license_key":"NP-ABCD-EFGH-JKLM-NPQR","feature":"create_email"}"#,
            #"{"quantity":7,"feature":"anything","license_key":"é"}"#,
            #"{"license_key":"x","feature":"y","quantity":1000000}"#,
        ]
    )
    func `a usual question is read as the model reads it`(text: String) throws {
        let json = try JSON(reading: text)
        let quick = try #require(LicenseQuestion(usual: json))
        #expect(quick.json == (try LicenseQuestion(reading: json)).json)
    }

    @Test(
        arguments: [
            #"{}"#, #"[]"#, #"{"license_key":"x"}"#, #"{"license_key":1,"feature":"y"}"#,
            #"{"license_key":"","feature":"y"}"#, #"{"license_key":"x","feature":"y","other":1}"#,
            #"{"license_key":"x","feature":"y","quantity":0}"#,
            #"{"license_key":"x","feature":"y","quantity":1000001}"#,
            #"{"license_key":"x","feature":"y","quantity":null}"#,
            #"{"license_key":"x","feature":"y","quantity":"1"}"#,
            #"{"license_key":"x","feature":"y","quantity":1,"timestamp":1}"#,
        ]
    )
    func `any other question is left to the model`(text: String) throws {
        #expect(LicenseQuestion(usual: try JSON(reading: text)) == nil)
    }
}
