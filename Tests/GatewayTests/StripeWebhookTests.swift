import Cryptography
import Foundation
import StripeGateway
import Support
import Testing
import Wire

@Suite struct StripeWebhookTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let body = Array(#"{"id":"evt_1"}"#.utf8)

    private func signature(_ secret: String, at time: Int = 1_800_000_000) -> String {
        let signed = Array("\(time).".utf8) + body
        return Hex.encode(HMACSHA256.authenticate(signed, key: Array(secret.utf8)))
    }

    private func refusal(
        _ header: String,
        _ secrets: [String]
    ) -> StripeWebhookSignature.Refusal? {
        do {
            try StripeWebhookSignature.verify(
                body: body,
                header: header,
                secrets: secrets.map(Secret.init),
                now: now
            )
            return nil
        } catch {
            return error
        }
    }

    @Test func `signatures are judged as Stripe's own library does`() throws {
        for example in try StripeReference.cases("webhook-signature") {
            let name = try #require(example["name"]?.string)
            let encoded = try #require(example["body_base64"]?.string)
            let secret = try #require(example["secret"]?.string)
            let body = [UInt8](try #require(Data(base64Encoded: encoded)))
            let header = try #require(example["header"]?.string)
            let now = Date(timeIntervalSince1970: Double(try #require(example["now"]?.integer)))
            let tolerance = Double(try #require(example["tolerance"]?.integer))
            let isAccepted: Bool
            do {
                try StripeWebhookSignature.verify(
                    body: body,
                    header: header,
                    secrets: [Secret(secret)],
                    now: now,
                    tolerance: tolerance
                )
                isAccepted = true
            } catch {
                isAccepted = false
            }
            #expect(isAccepted == example["sdk_accepts"]?.bool, "\(name)")
        }
    }

    @Test func `either of two secrets is enough while one replaces the other`() {
        let header = "t=1800000000,v1=\(signature("whsec_old"))"
        #expect(refusal(header, ["whsec_new", "whsec_old"]) == nil)
        #expect(refusal(header, ["whsec_old", "whsec_new"]) == nil)
        #expect(refusal(header, ["whsec_new"]) == .mismatch)
    }

    @Test func `a blank secret never verifies anything`() {
        let header = "t=1800000000,v1=\(signature(""))"
        #expect(refusal(header, []) == .noSecret)
        #expect(refusal(header, ["", " \n"]) == .noSecret)
        #expect(refusal(header, ["", "whsec_new"]) == .mismatch)
        let blank = "t=1800000000,v1=\(signature("  "))"
        #expect(refusal(blank, ["  "]) == .noSecret)
    }

    @Test(
        arguments: ["", "t=,v1=aa", "t=1800000000", "v1=aa", "t=99999999999999999999,v1=aa", "=,="]
    )
    func `a header without a time and a signature is refused`(_ header: String) {
        #expect(refusal(header, ["whsec_new"]) == .malformed)
    }

    @Test func `an old signature is refused as such`() {
        let header = "t=1799999699,v1=\(signature("whsec_new", at: 1_799_999_699))"
        #expect(refusal(header, ["whsec_new"]) == .tooOld)
    }
}

@Suite struct StripeEventTests {
    @Test func `an event tells what changed`() throws {
        let event = try #require(
            StripeEvent(
                reading: Array(
                    """
                    {"id":"evt_1","object":"event","api_version":"2026-10-28.endive",
                     "created":1800000000,"livemode":true,"type":"refund.updated","data":{"object":
                     {"id":"re_1","object":"refund","metadata":{"attempt_id":"a","odd":7}}}}
                    """.utf8
                )
            )
        )
        #expect(event.id == "evt_1")
        #expect(event.type == "refund.updated")
        #expect(event.isLive)
        #expect(event.apiVersion == "2026-10-28.endive")
        #expect(event.created == Date(timeIntervalSince1970: 1_800_000_000))
        #expect(event.objectID == "re_1")
        #expect(event.objectType == "refund")
        #expect(event.metadata == ["attempt_id": "a"])
        #expect(event.account == nil)
    }

    @Test func `an event of a kind we do not know is an event all the same`() throws {
        let event = try #require(
            StripeEvent(reading: Array(#"{"id":"evt_1","object":"event","type":"new.thing"}"#.utf8))
        )
        #expect(event.objectID == nil)
        #expect(event.metadata.isEmpty)
    }

    @Test(arguments: ["", "[]", "null", #"{"id":"evt_1"}"#, #"{"object":"event","id":1}"#, "{"])
    func `what is no event is not read as one`(_ text: String) {
        #expect(StripeEvent(reading: Array(text.utf8)) == nil)
    }
}
