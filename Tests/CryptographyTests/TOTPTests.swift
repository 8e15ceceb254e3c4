import Cryptography
import Foundation
import Testing

@Suite struct TOTPTests {
    private let secret = Array("12345678901234567890".utf8)

    /// RFC 6238, appendix B, the last six digits.
    @Test(arguments: [
        (59.0, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"),
        (1_234_567_890, "005924"), (2_000_000_000, "279037"), (20_000_000_000, "353130"),
    ])
    func `codes are those of RFC 6238`(seconds: Double, code: String) {
        let moment = Date(timeIntervalSince1970: seconds)
        #expect(TOTP.code(secret: secret, at: moment) == code)
    }

    @Test func `a code holds for its step and its neighbours, once`() throws {
        let now = Date(timeIntervalSince1970: 1_111_111_110)
        let code = TOTP.code(secret: secret, at: now)
        func step(_ code: String, after seconds: Double, last: Int64? = nil) -> Int64? {
            let moment = now.addingTimeInterval(seconds)
            return TOTP.acceptedStep(of: code, secret: secret, now: moment, after: last)
        }
        let used = try #require(step(code, after: 0))
        #expect(used == 37_037_037)
        #expect(step(code, after: 30) == used)
        #expect(step(code, after: -1) == used)
        #expect(step(code, after: 60) == nil)
        #expect(step(code, after: -31) == nil)
        #expect(step(code, after: 0, last: used) == nil)
        #expect(step(code, after: 0, last: used - 1) == used)
        for wrong in ["", "000000", code + "0", " " + code, String(code.dropLast())] {
            #expect(step(wrong, after: 0) == nil)
        }
    }

    @Test func `the secret is shown in base 32 and in the address for an app`() {
        #expect(TOTP.text(of: []) == "")
        #expect(TOTP.text(of: Array("f".utf8)) == "MY")
        #expect(TOTP.text(of: Array("foobar".utf8)) == "MZXW6YTBOI")
        #expect(TOTP.text(of: secret) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
        #expect(
            TOTP.address(secret: Array("foobar".utf8), issuer: "My Host", account: "a+b@x.org")
                == "otpauth://totp/My%20Host:a%2Bb%40x.org?secret=MZXW6YTBOI&issuer=My%20Host"
        )
        #expect(TOTP.makeSecret().count == 20)
        #expect(TOTP.makeSecret() != TOTP.makeSecret())
    }
}
